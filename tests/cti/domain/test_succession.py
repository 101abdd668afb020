"""One agent's talk becomes another's."""

from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Talk
from cti.domain.commands import HangUpLeg
from cti.domain.facts import OfferEnded, OfferMade, PartyEnded, TalkEnded, TalkStarted
from cti.domain.succession import lead_on, let_go, note_talk
from tests.cti.domain.conference import ann, ask_outside, conference, talking
from tests.cti.domain.stage import Stage


def on(stage: Stage) -> tuple[Turn, Call]:
    board = stage.floor._board
    return Turn(board, stage.now), board.calls["c1"]


def test_who_is_with_the_customer_stays_and_all_others_go() -> None:
    stage, _ = conference()
    ask_outside(stage)
    turn, call = on(stage)
    before, recorded_s = let_go(turn, call)
    assert (before.agent_id, recorded_s) == (11, 30.0)
    assert [party.agent_id for party in call.parties.values()] == [12]
    assert [type(fact) for fact in turn.facts if not isinstance(fact, OfferMade)][:2] == [PartyEnded, TalkEnded]
    assert HangUpLeg("n1", ann(stage)) in turn.commands
    assert stage.state(11) == ("wrap_up", "")


def test_the_next_goes_on_in_the_same_recording() -> None:
    stage = talking()
    turn, call = on(stage)
    before, recorded_s = let_go(turn, call)
    talk = Talk(12, "leg-b", "n1", turn.now, before.recording_id, tape_s=recorded_s)
    lead_on(turn, call, talk, before)
    assert (call.talk, call.last_agent_id, call.last_talk_started_at) == (talk, 12, turn.now)
    turn.facts.clear()
    note_talk(turn, call, talk, "because")
    made, ended, started = turn.facts
    assert made == OfferMade("c1", 12, "leg-b", "because")
    assert isinstance(ended, OfferEnded)
    assert ended.result == "answered"
    assert started == TalkStarted("c1", 12, "leg-b", 1, 0.0, before.recording_id)


def test_of_a_call_without_a_line() -> None:
    stage = talking()
    turn, call = on(stage)
    assert call.talk is not None
    call.queue = None
    note_talk(turn, call, call.talk, "found")
    assert isinstance(turn.facts[-1], TalkStarted)
    assert turn.facts[-1].queue_id is None
    assert call.can(CallStep.PARTED)
