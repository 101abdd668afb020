"""Steps of a ladder that a long line, a long wait or an empty shift takes: by whom, when, and in which order."""

from dataclasses import replace
from random import Random

import pytest

from cti.domain.callback_values import CallbackRules
from cti.domain.callback_words import CallbackPutOff, CallbackWanted
from cti.domain.climb_facts import LadderClimbed
from cti.domain.climbing import HOLDS, ahead_s
from cti.domain.events import AgentDeclined, AgentDisposed, AgentSignedOut, AgentWentNotReady, RosterChanged
from cti.domain.facts import OfferMade
from cti.domain.oversight import WaitingPlaced
from cti.domain.values import AgentSettings, Climb, QueueSettings, Roster, Routing, Rung
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage
from tests.cti.domain.test_callback_orders import order

CARLA = AgentSettings(13, "Carla", "1003", frozenset({2}))
DEEP = Rung(0, 10, 2, Climb.DEPTH, more_than=2)
SLOW = Rung(0, 10, None, Climb.EXPECTED_WAIT, expected_s=100.0)
LONE = Rung(0, 10, 2, Climb.NO_STAFF)


def line(*ladder: Rung) -> QueueSettings:
    return replace(SALES, max_wait_s=3600.0, routing=Routing(ladder=ladder))


def house(*ladder: Rung) -> Stage:
    return Stage(Roster((BOB, CARLA), (line(*ladder), CARE)))


def climbed(stage: Stage) -> list[tuple[str, Climb]]:
    return [(fact.call_id, fact.why) for fact in stage.all(LadderClimbed)]


def busy(stage: Stage) -> None:
    """Bob talks, and is at work with it."""
    stage.ready(12)
    stage.talk("talk")


def test_a_line_that_is_too_long_climbs_as_a_whole_and_keeps_its_order() -> None:
    stage = house(DEEP)
    busy(stage)
    for number in range(2):
        stage.arrive(f"c{number}")
        stage.wait(1)
    assert climbed(stage) == []
    stage.arrive("c2")
    assert climbed(stage) == [(f"c{number}", Climb.DEPTH) for number in range(3)]
    assert stage.last(LadderClimbed) == LadderClimbed("c2", 1, Climb.DEPTH, 0, 10, 2, waiting=3, expected_s=None)
    assert stage.queue(1)["waiting"] == ["c0", "c1", "c2"]
    assert stage.call("c0")["priority"] == 10
    assert stage.call("c0")["climbed"] == [{"why": "depth", "raise_by": 10, "also_queue_id": 2}]


def test_nobody_climbs_down_and_who_comes_later_stands_behind() -> None:
    stage = house(DEEP)
    busy(stage)
    for number in range(3):
        stage.arrive(f"c{number}")
    stage.leave("c0")
    stage.wait(1)
    assert [stage.call(f"c{number}")["priority"] for number in (1, 2)] == [10, 10]
    stage.leave("c1")
    stage.arrive("late")
    assert (stage.call("late")["priority"], stage.queue(1)["waiting"]) == (0, ["c2", "late"])
    stage.wait(1)
    stage.arrive("last")
    assert stage.queue(1)["waiting"] == ["c2", "late", "last"]
    assert len(climbed(stage)) == 5, "each once"


def test_the_other_lines_agent_is_rung_in_the_same_step() -> None:
    stage = house(DEEP)
    busy(stage)
    stage.ready(13)
    for number in range(3):
        stage.arrive(f"c{number}")
    offer = stage.last(OfferMade)
    assert (offer.call_id, offer.agent_id) == ("c0", 13)
    assert offer.why.startswith("helps out from another queue")


def test_a_step_may_ask_for_some_waiting_first() -> None:
    stage = house(replace(LONE, after_s=30))
    stage.arrive("c0")
    stage.wait(20)
    stage.arrive("c1")
    stage.wait(9.9)
    assert climbed(stage) == []
    stage.wait(0.1)
    assert climbed(stage) == [("c0", Climb.NO_STAFF)]
    stage.ready(12)
    stage.join("c0")
    stage.wait(30)
    assert (len(climbed(stage)), stage.call("c1")["priority"]) == (1, 0), "somebody is at work now"


@pytest.mark.parametrize("away", [AgentSignedOut(12), AgentWentNotReady(12, "meal")])
def test_nobody_at_work_is_nobody_signed_in_or_all_of_them_on_a_pause(away: AgentSignedOut | AgentWentNotReady) -> None:
    stage = house(LONE)
    stage.ready(12)
    stage.talk("talk")
    stage.arrive("c0")
    stage.leave("talk")
    stage.tell(AgentDisposed(12, "talk"))
    assert climbed(stage) == [], "who wraps up is at work"
    stage.tell(away)
    assert climbed(stage) == [("c0", Climb.NO_STAFF)]


def test_who_is_paused_for_a_missed_call_is_not_at_work() -> None:
    stage = house(LONE)
    stage.ready(12)
    stage.arrive("c0")
    stage.tell(AgentDeclined(12, "c0"))
    assert climbed(stage) == [("c0", Climb.NO_STAFF)]


def test_an_agent_who_is_taken_off_the_roster_is_one_less_at_work() -> None:
    stage = house(LONE)
    busy(stage)
    stage.arrive("c0")
    assert climbed(stage) == []
    stage.tell(RosterChanged(Roster((CARLA,), (line(LONE), CARE))))
    assert climbed(stage) == [("c0", Climb.NO_STAFF)]


def test_a_wait_that_will_be_too_long_for_the_last() -> None:
    stage = house(SLOW)
    busy(stage)
    queue, staffing = stage.floor._board.queues[1], stage.floor._board.standby.of(1)
    queue.recent_s.extend([50.0] * 3)
    for number in range(2):
        stage.arrive(f"c{number}")
    assert (climbed(stage), ahead_s(queue, staffing)) == ([], 100.0)
    stage.arrive("c2")
    assert [call_id for call_id, _ in climbed(stage)] == ["c0", "c1", "c2"]
    assert stage.last(LadderClimbed).expected_s == 150.0
    queue.recent_s.clear()
    assert not HOLDS[Climb.EXPECTED_WAIT](SLOW, queue, staffing), "nobody can tell"


def test_time_is_noted_as_the_others_are() -> None:
    stage = house(Rung(60, 5))
    stage.arrive("c0")
    stage.wait(59.9)
    assert climbed(stage) == []
    stage.wait(0.1)
    assert climbed(stage) == [("c0", Climb.TIME)]
    assert stage.call("c0")["climbed"] == [{"why": "time", "raise_by": 5, "also_queue_id": None}]


def test_the_place_that_a_supervisor_gave_stays() -> None:
    stage = house(DEEP)
    for number in range(2):
        stage.arrive(f"c{number}")
        stage.wait(1)
    stage.tell(WaitingPlaced("c1", 9, before="c0"))
    stage.arrive("c2")
    assert len(climbed(stage)) == 3
    assert stage.queue(1)["waiting"] == ["c0", "c2", "c1"], "the others climbed past it"


def test_a_ladder_that_is_changed_counts_for_those_who_wait() -> None:
    stage = house(DEEP)
    busy(stage)
    for number in range(3):
        stage.arrive(f"c{number}")
    stage.tell(RosterChanged(Roster((BOB, CARLA), (line(replace(DEEP, raise_by=3)), CARE))))
    view = stage.call("c0")
    assert (view["priority"], view["climbed"]) == (3, [{"why": "depth", "raise_by": 3, "also_queue_id": 2}])
    assert len(climbed(stage)) == 6
    stage.tell(RosterChanged(Roster((BOB, CARLA), (line(), CARE))))
    view = stage.call("c0")
    assert (view["priority"], view["climbed"]) == (0, []), "what is no step any more is not shown as one"


def test_who_will_be_called_back_keeps_what_they_climbed() -> None:
    rules = CallbackRules(offered=True)
    stage = Stage(Roster((BOB, CARLA), (replace(line(DEEP), callbacks=rules), CARE)))
    busy(stage)
    for number in range(3):
        stage.arrive(f"c{number}")
    stage.tell(CallbackWanted("c0", "b1", "13900139000"))
    stage.leave("c0")
    stage.leave("c2")
    view = stage._view("callback:b1")
    assert (view["priority"], view["climbed"]) == (10, [{"why": "depth", "raise_by": 10, "also_queue_id": 2}])
    assert len(climbed(stage)) == 3


def test_for_whom_it_rings_climbs_with_the_others_and_has_their_place_again() -> None:
    stage = house(DEEP)
    stage.ready(12)
    stage.arrive("rung")
    for number in range(3):
        stage.wait(1)
        stage.arrive(f"c{number}")
    assert climbed(stage) == [(f"c{number}", Climb.DEPTH) for number in range(3)] + [("rung", Climb.DEPTH)]
    stage.leave("c2")
    stage.tell(AgentDeclined(12, "rung"))
    assert stage.queue(1)["waiting"] == ["rung", "c0", "c1"]


def test_a_callback_that_is_put_off_climbs_with_the_others() -> None:
    rules = CallbackRules(offered=True)
    stage = Stage(Roster((BOB, CARLA), (replace(line(replace(DEEP, also_queue_id=None)), callbacks=rules), CARE)))
    stage.switch_back()
    stage.arrive("c0")
    stage.tell(CallbackWanted("c0", "b1", "13900139000"))
    stage.leave("c0")
    stage.ready(12)
    stage.tell(CallbackPutOff("b1", "closed", 600.0))
    assert stage._view("callback:b1")["position"] is None
    stage.tell(AgentWentNotReady(12, "meal"))
    for number in range(1, 4):
        stage.wait(1)
        stage.arrive(f"c{number}")
    assert stage._view("callback:b1")["climbed"] == [{"why": "depth", "raise_by": 10, "also_queue_id": None}]
    stage.leave("c3")
    stage.wait(600)
    assert stage._view("callback:b1")["position"] == 1


def test_who_asked_for_a_callback_on_a_page_climbs_and_has_no_call_that_says_so() -> None:
    rules = CallbackRules(offered=True)
    stage = Stage(Roster((BOB, CARLA), (replace(line(LONE), callbacks=rules), CARE)))
    order(stage)
    view = stage._view("callback:b1")
    assert (view["priority"], climbed(stage)) == (10, [])


@pytest.mark.parametrize("seed", range(40))
def test_nobody_overtakes_whoever_came_before(seed: int) -> None:
    """One line, one priority, any ladder: as they came so they stand, whatever made them climb."""
    dice = Random(seed)  # noqa: S311 - the same every time
    rungs = [
        Rung(10, 1),
        Rung(dice.choice([0, 5, 20]), 2, None, Climb.DEPTH, more_than=dice.randint(1, 5)),
        Rung(dice.choice([0, 5, 20]), 4, 2, Climb.EXPECTED_WAIT, expected_s=dice.choice([20.0, 60.0])),
        Rung(dice.choice([0, 5, 20]), 8, 2, Climb.NO_STAFF),
    ]
    stage = Stage(Roster((ANN, BOB), (line(*dice.sample(rungs, dice.randint(1, 4))), CARE)))
    stage.floor._board.queues[1].recent_s.extend([30.0] * 3)
    stage.ready(12)
    came: list[str] = []
    for number in range(60):
        kind = dice.randint(0, 5)
        if kind < 3:
            came.append(f"c{number}")
            stage.arrive(came[-1])
        elif kind == 3 and came:
            stage.leave(came.pop(dice.randrange(len(came))))
        elif stage.agent(12)["state"] in ("ready", "not_ready"):
            stage.ready(12) if kind == 4 else stage.tell(AgentWentNotReady(12, "meal"))
        stage.wait(dice.choice([0.5, 2, 9]))
        standing = stage.queue(1)["waiting"]
        assert standing == [call_id for call_id in came if call_id in standing]
