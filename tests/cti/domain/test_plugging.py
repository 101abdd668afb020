from cti.domain.agent import Agent
from cti.domain.board import Board, Turn
from cti.domain.commands import (
    DialOutside,
    HangUpLeg,
    Join,
    MuteLeg,
    MuteRecording,
    Place,
    PressKey,
    SendLeg,
)
from cti.domain.events import (
    CallLeft,
    DialFailed,
    LegAnswered,
    LegBorn,
    LegMuted,
    LegSpies,
    RoomJoined,
    RoomLeft,
)
from cti.domain.mute_words import LegNotMuted
from cti.domain.own_leg import OwnLeg, OwnLegState
from cti.domain.plugging import as_ordered, as_told, part_of, plug, unplug
from tests.cti.domain.stage import ANN
from tests.fakes import START


def a_board() -> tuple[Board, Agent, Turn]:
    board = Board(lambda: "id", lambda _: True, START.tzinfo)  # type: ignore[arg-type]
    agent = Agent(ANN, START, own_leg=OwnLeg(OwnLegState.UP, "own", "n1"))
    board.agents[11] = agent
    board.own_legs["own"] = 11
    return board, agent, Turn(board, START)


def test_what_the_switch_tells_of_the_channel_is_told_of_the_part() -> None:
    board, agent, turn = a_board()
    plug(turn, agent, "part")
    assert as_told(board, LegAnswered("own")) == LegAnswered("part")
    assert as_told(board, RoomJoined("own", "r")) == RoomJoined("part", "r")
    assert as_told(board, RoomLeft("own", "r")) == RoomLeft("part", "r")
    assert as_told(board, DialFailed("own", 17)) == DialFailed("part", 17)
    assert as_told(board, LegMuted("own", True)) == LegMuted("part", True)
    assert as_told(board, LegNotMuted("own", True)) == LegNotMuted("part", True)
    assert as_told(board, LegBorn("new", "n1", "own")) == LegBorn("new", "n1", "part")
    assert as_told(board, LegSpies("sup", "own", True)) == LegSpies("sup", "part", True)
    assert as_told(board, LegSpies("own", "other", False)) == LegSpies("part", "other", False)
    assert as_told(board, RoomJoined("other", "r")) == RoomJoined("other", "r")
    assert as_told(board, CallLeft("c1")) == CallLeft("c1")


def test_of_a_channel_at_rest_there_is_nothing_to_tell() -> None:
    board, agent, turn = a_board()
    assert as_told(board, RoomLeft("own", "r")) is None
    plug(turn, agent, "part")
    assert unplug(board, agent) == "part"
    assert as_told(board, LegAnswered("own")) is None
    assert (part_of(board, "own"), part_of(board, "other"), board.plays) == ("", "other", {})


def test_what_is_ordered_of_the_part_is_ordered_of_the_channel() -> None:
    board, agent, turn = a_board()
    plug(turn, agent, "part")
    assert as_ordered(board, HangUpLeg("n1", "part")) == SendLeg("n1", "own", Place.STAY), "the leg is kept"
    assert as_ordered(board, HangUpLeg("n1", "own")) == HangUpLeg("n1", "own")
    assert as_ordered(board, SendLeg("n1", "own", Place.BEEP, "part")) == SendLeg("n1", "own", Place.BEEP, "part")
    assert as_ordered(board, SendLeg("n1", "part", Place.HOLD)) == SendLeg("n1", "own", Place.HOLD)
    assert as_ordered(board, SendLeg("n1", "x", Place.PAIR, "part")) == SendLeg("n1", "x", Place.PAIR, "own")
    assert as_ordered(board, Join("c1", "part", 11, None)) == Join("c1", "part", 11, None, channel="own")
    assert as_ordered(board, Join("c1", "x", 11, None)) == Join("c1", "x", 11, None)
    assert as_ordered(board, DialOutside("n1", "part", "95588", 5)) == DialOutside("n1", "own", "95588", 5)
    assert as_ordered(board, MuteLeg("n1", "part", True)) == MuteLeg("n1", "own", True)
    assert as_ordered(board, PressKey("n1", "part", "5")) == PressKey("n1", "own", "5")
    assert as_ordered(board, MuteRecording("n1", "leg", True)) == MuteRecording("n1", "leg", True)


def test_a_part_that_never_came_to_its_end_is_over_when_the_next_begins() -> None:
    board, agent, turn = a_board()
    plug(turn, agent, "old")
    board.leg_calls["old"] = "c1"
    plug(turn, agent, "new")
    assert (board.plays, agent.own_leg.plays) == ({"new": "own"}, "new")
    assert "old" in board.gone
    assert board.leg_calls == {}
