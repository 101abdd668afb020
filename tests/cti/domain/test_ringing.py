from dataclasses import replace
from pathlib import Path

import pytest

import cti.domain
from cti.domain.agent import Agent
from cti.domain.attempt_words import AttemptTerms
from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.commands import Place, RingAgent, SendLeg
from cti.domain.own_leg import OwnLeg, OwnLegState
from cti.domain.ringing import CONFIRM_S, RING_MARGIN_S, new_leg, ring, ring_limit_s, ring_own_leg
from cti.domain.values import Caller, Overflow, OverflowAction, Phone, PhoneKind
from tests.cti.domain.stage import ANN
from tests.fakes import START

CALLER = Caller("+8613800138000", "Zhang")


def a_turn() -> tuple[Turn, Call]:
    board = Board(lambda: "id", lambda _: True, START.tzinfo)  # type: ignore[arg-type]
    return Turn(board, START), Call("c1", "leg", "n1", CALLER, "4001", START, START)


def test_a_new_leg_is_one_of_the_calls() -> None:
    turn, call = a_turn()
    assert new_leg(turn, call) == "n1-id"
    assert turn.board.leg_calls == {"n1-id": "c1"}


@pytest.mark.parametrize("rejoins", [False, True])
@pytest.mark.parametrize(("sees_numbers", "supervises", "shown"), [
    (True, False, CALLER),
    (False, False, Caller(None)),
    (True, True, Caller(None)),
    (False, True, Caller(None)),
])  # fmt: skip
def test_a_phone_is_told_who_calls_only_where_the_agent_may_know(
    sees_numbers: bool, supervises: bool, shown: Caller, rejoins: bool
) -> None:
    turn, call = a_turn()
    agent = Agent(replace(ANN, sees_numbers=sees_numbers), START)
    ring(turn, call, agent, "n1-id", 20.0, rejoins=rejoins, supervises=supervises)
    (order,) = turn.commands
    assert order == RingAgent("n1", "n1-id", "1001", "c1", shown, 20.0 + RING_MARGIN_S, rejoins, supervises)


def test_nobody_but_whom_a_dialer_called_is_taken_by_the_phone_itself() -> None:
    turn, call = a_turn()
    agent = Agent(ANN, START)
    ring(turn, call, agent, "n1-1", 20.0)
    call.attempt = AttemptTerms(7, 1, 2.0, Overflow(OverflowAction.MESSAGE, "campaign_sorry"))
    ring(turn, call, agent, "n1-2", 20.0)
    ring(turn, call, agent, "n1-3", 20.0, supervises=True)
    call.last_talk_started_at = START  # the next one is passed on to
    ring(turn, call, agent, "n1-4", 20.0)
    assert [order.connects for order in turn.commands if isinstance(order, RingAgent)] == [False, True, False, False]


def test_no_other_part_of_the_floor_rings_a_phone() -> None:
    folder = Path(cti.domain.__file__).parent
    assert [path.name for path in folder.glob("*.py") if "RingAgent(" in path.read_text(encoding="utf-8")] == [
        "ringing.py"
    ]


def test_a_persistent_leg_beeps_instead_and_plays_the_calls_leg() -> None:
    turn, call = a_turn()
    agent = Agent(ANN, START, own_leg=OwnLeg(OwnLegState.UP, "own", "n1"))
    ring(turn, call, agent, "n1-id", 20.0)
    assert (turn.commands, agent.own_leg.plays) == ([SendLeg("n1", "own", Place.BEEP, "n1-id")], "n1-id")
    quiet = Agent(replace(ANN, phone=Phone(beep=False)), START, own_leg=OwnLeg(OwnLegState.UP, "own2", "n1"))
    ring(turn, call, quiet, "n1-id2", 20.0)
    assert turn.commands[-1] == SendLeg("n1", "own2", Place.QUIET, "n1-id2")


def test_a_leg_for_the_shift_is_of_no_call_and_shows_nobody() -> None:
    turn, _ = a_turn()
    agent = Agent(ANN, START, own_leg=OwnLeg(OwnLegState.RINGING, "own", "n1"))
    ring_own_leg(turn, agent, 30.0)
    assert turn.commands == [RingAgent("n1", "own", "1001", "", Caller(None), 30.0, stays=True)]


MOBILE = Phone(PhoneKind.OUTSIDE, "+8613911112222")


@pytest.mark.parametrize(("phone", "is_up", "more_s"), [
    (MOBILE, False, CONFIRM_S),
    (MOBILE, True, 0.0),
    (replace(MOBILE, confirm=False), False, 0.0),
    (Phone(), False, 0.0),
])  # fmt: skip
def test_who_has_to_press_a_key_has_time_for_it(phone: Phone, is_up: bool, more_s: float) -> None:
    agent = Agent(replace(ANN, phone=phone), START)
    if is_up:
        agent.own_leg = OwnLeg(OwnLegState.UP, "own", "n1")
    assert ring_limit_s(agent, 20.0) == 20.0 + more_s
