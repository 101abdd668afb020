"""An agent's own voice and keys, where no page has the sound."""

from dataclasses import replace

import pytest

from cti.domain.commands import MuteLeg, PressKey
from cti.domain.events import JoinEnded, LegEnded, LegMuted, LegStays, RoomLeft, SwitchLost
from cti.domain.mute_words import LegNotMuted
from cti.domain.wishes import AgentHeld, AgentMuted, AgentPressedKey
from cti.errors import Refused
from tests.cti.domain.conference import ann, ask_colleague, conference, held, talking
from tests.cti.domain.persistent import kept_stage, kept_up, talk
from tests.cti.domain.stage import TALK_MEMORY, Stage, agent_leg, customer, restarted_stage


def muted(stage: Stage, call_id: str = "c1") -> list[int]:
    found: list[int] = stage.call(call_id)["muted"]
    return found


def test_the_screen_says_so_when_the_switch_did_it() -> None:
    stage = talking()
    stage.tell(AgentMuted(11, "c1", muted=True))
    assert stage.last(MuteLeg) == MuteLeg("n1", ann(stage), muted=True)
    assert muted(stage) == []
    stage.tell(LegMuted(ann(stage), muted=True))
    assert muted(stage) == [11]
    stage.tell(AgentMuted(11, "c1", muted=False), LegMuted(ann(stage), muted=False))
    assert stage.last(MuteLeg) == MuteLeg("n1", ann(stage), muted=False)
    assert muted(stage) == []


def failures(stage: Stage, call_id: str = "c1") -> list[tuple[int, bool, str]]:
    return [(one["agent_id"], one["muted"], one["at"]) for one in stage.call(call_id)["mute_failures"]]


def test_who_pressed_is_told_that_the_switch_did_not() -> None:
    stage = talking()
    stage.tell(AgentMuted(11, "c1", muted=True), LegNotMuted(ann(stage), muted=True))
    first = failures(stage)
    assert ([one[:2] for one in first], muted(stage)) == ([(11, True)], [])
    stage.wait(1)
    stage.tell(AgentMuted(11, "c1", muted=True))
    assert failures(stage) == [], "pressed again: nothing is known yet"
    stage.tell(LegNotMuted(ann(stage), muted=True))
    assert failures(stage) != first, "the second time is another one"
    stage.tell(LegMuted(ann(stage), muted=True))
    assert (failures(stage), muted(stage)) == ([], [11])
    stage.tell(AgentMuted(11, "c1", muted=False), LegNotMuted(ann(stage), muted=False))
    assert ([one[:2] for one in failures(stage)], muted(stage)) == ([(11, False)], [11])


def test_of_a_leg_of_nobody_nobody_is_told() -> None:
    stage = talking()
    stage.tell(LegNotMuted("foreign", muted=True), LegNotMuted("leg-c1", muted=True))
    assert failures(stage) == []


def test_each_in_a_conference_is_told_of_their_own() -> None:
    stage, leg_id = conference()
    stage.tell(LegNotMuted(leg_id, muted=True))
    assert [one[:2] for one in failures(stage)] == [(12, True)]
    stage.tell(LegEnded(leg_id))
    assert failures(stage) == []


def test_on_hold_one_stays_muted_and_may_press_keys() -> None:
    stage = talking()
    stage.tell(LegMuted(ann(stage), muted=True), AgentHeld(11, "c1"))
    held(stage)
    assert muted(stage) == [11]
    stage.tell(AgentPressedKey(11, "c1", "#"))
    assert stage.last(PressKey) == PressKey("n1", ann(stage), "#")


def test_who_was_invited_has_a_voice_of_their_own() -> None:
    stage, leg_id = conference()
    stage.tell(AgentMuted(12, "c1", muted=True), LegMuted(leg_id, muted=True))
    assert stage.last(MuteLeg).leg_id == leg_id
    assert muted(stage) == [12]
    stage.tell(LegEnded(leg_id))
    assert muted(stage) == []


@pytest.mark.parametrize("wish", [AgentMuted(12, "c1", muted=True), AgentPressedKey(12, "c1", "1")])
def test_nobody_has_a_voice_in_a_call_that_is_not_theirs(wish: AgentMuted | AgentPressedKey) -> None:
    stage = talking(12)
    for other in (wish, replace(wish, call_id="c9")):
        with pytest.raises(Refused, match="no_such_talk"):
            stage.tell(other)
    ask_colleague(stage)
    with pytest.raises(Refused, match="no_such_talk"):
        stage.tell(wish)  # it rings at them


def test_not_before_the_two_are_together() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    with pytest.raises(Refused, match="no_such_talk"):
        stage.tell(AgentMuted(11, "c1", muted=True))


def test_a_switch_out_of_sight_mutes_nobody() -> None:
    stage = talking()
    stage.tell(SwitchLost("n1"))
    with pytest.raises(Refused, match="switch_unavailable"):
        stage.tell(AgentMuted(11, "c1", muted=True))


def test_a_leg_that_is_kept_up_is_heard_in_the_next_call() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.tell(AgentMuted(11, "c1", muted=True))
    assert stage.last(MuteLeg).leg_id == own
    stage.tell(LegMuted(own, muted=True))
    assert muted(stage) == [11]
    stage.tell(RoomLeft("leg-c1", "room"), RoomLeft(own, "room"), LegEnded("leg-c1"))
    stage.tell(JoinEnded("c1", own, succeeded=True), LegStays(own))
    stage.done(11, "c1")
    talk(stage, "c2", "room-2")
    assert muted(stage, "c2") == []


def test_word_of_a_leg_of_nobody_changes_nothing() -> None:
    stage = talking()
    stage.tell(LegMuted("foreign", muted=True))
    assert muted(stage) == []


def test_after_a_restart_the_switch_knows() -> None:
    stage = restarted_stage(TALK_MEMORY)
    leg = replace(agent_leg("n1-a", "1001", "old", "r"), muted=True)
    stage.switch_back(customer("old", "r"), leg, phones=("1001",))
    assert muted(stage, "old") == [11]
    stage.switch_back(customer("old", "r"), replace(leg, muted=False), phones=("1001",))
    assert muted(stage, "old") == []


def test_whose_page_went_has_no_voice_until_it_is_back() -> None:
    stage = talking()
    stage.tell(LegMuted(ann(stage), muted=True), LegEnded(ann(stage), 27))
    assert (stage.call("c1")["state"], muted(stage)) == ("rejoining", [])
    with pytest.raises(Refused, match="no_such_talk"):
        stage.tell(AgentMuted(11, "c1", muted=False))
