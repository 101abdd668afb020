from dataclasses import replace
from datetime import timedelta, timezone

from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Board, Node, Turn
from cti.domain.call import Call
from cti.domain.commands import HangUpLeg, OfferToFallback
from cti.domain.demand import ANYBODY, Demand
from cti.domain.events import CallRecognised, SwitchLost
from cti.domain.facts import AgentChanged
from cti.domain.queue import Counters, Queue
from cti.domain.values import AgentSettings, AgentState, Caller, CallState, QueueSettings, Roster, Routing
from tests.cti.domain.callings import RULES, allow, callback_stage, come, customer_dialed, promised, want
from tests.cti.domain.stage import ANN, BOB, CARE
from tests.cti.domain.stage import SALES as STAGED
from tests.fakes import START

SALES = QueueSettings(1, "Sales")
LINE = replace(STAGED, callbacks=RULES)


def a_board() -> Board:
    board = Board(lambda: "id", lambda _: True, timezone(timedelta(hours=8)))
    board.calls["c1"] = Call("c1", "leg", "n1", Caller(None), "4001", START, START)
    board.agents[7] = Agent(AgentSettings(7, "Ann", "1001", frozenset({1, 9})), START, phone_reachable=True)
    board.queues[1] = Queue(SALES, Counters(START.date()))
    return board


def test_an_ended_call_does_not_live() -> None:
    board = a_board()
    assert board.living("c1") is board.calls["c1"]
    board.calls["c1"].state = CallState.ENDED
    assert board.living("c1") is None
    assert board.living("c2") is None


def test_whose_phone_it_is() -> None:
    board = a_board()
    assert board.by_extension("1001") is board.agents[7]
    assert board.by_extension("1002") is None


def test_a_call_on_a_node_out_of_sight_may_not_ring() -> None:
    board = a_board()
    assert board.may_ring("c1")
    board.nodes["n1"] = Node()
    assert not board.may_ring("c1")
    board.nodes["n1"].up = True
    assert board.may_ring("c1")


def test_tombstones_are_kept_ten_minutes() -> None:
    board = a_board()
    board.bury("a", START)
    board.bury("b", START + timedelta(seconds=300))
    assert set(board.gone) == {"a", "b"}
    board.bury("c", START + timedelta(seconds=600))
    assert set(board.gone) == {"b", "c"}


def test_whose_phone_it_is_follows_what_administrators_change() -> None:
    board = a_board()
    first = board.agents[7]
    extension = first.settings.extension
    assert board.by_extension("nobody's") is None
    assert board.by_extension(extension) is first
    assert board.by_extension(extension) is first
    second = Agent(replace(first.settings, agent_id=8), START)
    board.agents[8] = second
    first.settings = replace(first.settings, extension="1999")
    assert board.by_extension(extension) is second
    assert board.by_extension("1999") is first


def who(board: Board) -> int | None:
    idle = board.standby.of(1).first(lambda _: True)
    return None if idle is None else idle.agent_id


def test_who_changed_is_counted_anew_and_who_left_not_at_all() -> None:
    board = a_board()
    turn, agent = Turn(board, START), board.agents[7]
    agent.state = AgentState.READY
    turn.touch_agent(agent)
    assert board.standby.of(1).free == 0, "in the middle of a step nobody asks"
    turn.settle()
    assert who(board) == 7
    del board.agents[7]
    turn.touch_agent(agent)
    turn.settle()
    assert who(board) is None


def test_all_who_are_moved_by_it_are_told_of_their_place() -> None:
    board = a_board()
    line, turn = board.queues[1], Turn(board, START)
    for second, name in enumerate(("c1", "c2", "c3")):
        board.calls[name] = Call(name, "leg", "n1", Caller(None), "4001", START, START, queue=SALES)
        board.calls[name].queued_at = START + timedelta(seconds=second)
        turn.enter_line(board.calls[name], line)
    turn.touched.clear()
    board.calls["c2"].priority = 5
    turn.put_anew(line, [board.calls["c2"]])
    assert (list(line), list(turn.touched)) == (["c2", "c1", "c3"], ["call:c2", "call:c1", "call:c3"])


def test_a_burial_ends_all_that_was_known_of_the_leg() -> None:
    board = a_board()
    board.rooms["a"], board.leg_calls["a"], board.closing["a"] = "r", "c1", "n1"
    board.bury("a", START)
    assert (board.rooms, board.leg_calls, board.closing) == ({}, {}, {})


def test_a_move_is_told_to_everyone() -> None:
    board = a_board()
    turn = Turn(board, START + timedelta(seconds=5))
    agent = board.agents[7]
    turn.move(agent, AgentStep.SIGNED_IN, "signed_in")
    assert turn.facts == [AgentChanged(7, AgentState.NOT_READY, "signed_in", AgentState.SIGNED_OUT, 5.0)]
    assert list(turn.touched) == ["agent:7", "queue:1"]
    assert agent.since == turn.now
    turn.move(agent, AgentStep.PAUSED, "signed_in")
    assert len(turn.facts) == 1, "the same once more is no news"
    turn.move(agent, AgentStep.BECAME_READY)
    assert turn.commands == [OfferToFallback("1001", available=True)]
    assert agent.idle_since == turn.now


def test_a_withdrawn_offer_leaves_the_idle_time() -> None:
    board = a_board()
    agent = board.agents[7]
    agent.state, agent.idle_since = AgentState.RINGING, START
    Turn(board, START + timedelta(seconds=9)).move(agent, AgentStep.WITHDRAWN)
    assert agent.idle_since == START


def test_the_fallback_is_told_again_only_when_asked() -> None:
    board = a_board()
    turn = Turn(board, START)
    turn.keep_fallback(board.agents[7])
    assert turn.commands == []
    turn.keep_fallback(board.agents[7], repeat=True)
    assert turn.commands == [OfferToFallback("1001", available=False)]


def test_in_and_out_of_line() -> None:
    board = a_board()
    call, queue = board.calls["c1"], board.queues[1]
    turn = Turn(board, START)
    turn.leave_line(call)
    assert not turn.touched, "it never was in one"
    call.queue = SALES
    turn.enter_line(call, queue)
    assert list(queue) == ["c1"]
    turn.leave_line(call)
    assert list(queue) == []
    assert set(turn.touched) == {"call:c1", "queue:1"}
    turn.touch_system()
    assert "system" in turn.touched


def test_hanging_up_is_kept_in_mind() -> None:
    board = a_board()
    turn = Turn(board, START)
    turn.hang_up("a", "n1")
    assert turn.commands == [HangUpLeg("n1", "a")]
    assert board.closing == {"a": "n1"}


def test_recent_tombstones_stay() -> None:
    board = a_board()
    board.bury("a", START)
    board.bury("b", START)
    assert len(board.gone) == 2


def test_a_new_name_is_seen_in_the_calls() -> None:
    board = a_board()
    turn = Turn(board, START)
    agent = board.agents[7]
    turn.touch_calls_of(agent)
    assert not turn.touched
    board.calls["c1"].last_agent_id = 7
    turn.touch_calls_of(agent)
    assert list(turn.touched) == ["call:c1"]


def test_a_phone_is_lent_to_the_fallback_queue_until_that_leg_is_gone() -> None:
    board = a_board()
    agent = board.agents[7]
    Turn(board, START).lend(agent, "m")
    assert (agent.member_legs, board.member_legs) == ({"m"}, {"m": 7})
    board.bury("m", START)
    assert (agent.member_legs, board.member_legs) == (set(), {})


def test_who_may_be_rung_by_the_fallback_queue_is_offered_nothing_for_a_moment() -> None:
    board = a_board()
    agent = board.agents[7]
    agent.state = AgentState.READY
    assert agent.can_take_a_call
    turn = Turn(board, START)
    turn.expect_member(agent)
    turn.settle()
    assert not agent.can_take_a_call
    assert board.standby.of(1).free == 0
    assert board.deadlines.next() == START + timedelta(seconds=0.5)


def test_a_burial_lets_the_agent_be_rung_again() -> None:
    board = a_board()
    agent = board.agents[7]
    Turn(board, START).hang_up("a", "n1", agent)
    Turn(board, START).hang_up("b", "n1", agent)
    board.bury("a", START)
    assert agent.closing_leg == "b", "the second is still there"
    board.bury("b", START)
    assert agent.closing_leg is None
    assert board.closing_of == {}
    assert board.deadlines.next() is None


def test_a_call_without_a_coroutine_may_not_ring() -> None:
    board = a_board()
    board.calls["c1"].attached = False
    assert not board.may_ring("c1")


def test_what_a_call_asks_is_known_while_somebody_can_be_rung() -> None:
    board = a_board()
    call, ann = board.calls["c1"], board.agents[7]
    assert board.demand_of("c1", START) is None, "in no line"
    call.queue = replace(SALES, routing=Routing(preferred_s=10.0, reserve_after_s=0.0))
    assert board.demand_of("c1", START) == ANYBODY
    ann.state = AgentState.TALKING
    call.preferred_agent_id = 7
    assert board.demand_of("c1", START) == Demand(only_agent_id=7)
    call.preferred_agent_id = 8
    assert board.demand_of("c1", START) == ANYBODY, "who is here no more is not waited for"
    call.attached = False
    assert board.demand_of("c1", START) is None


def test_a_change_of_the_demand_is_a_deadline_while_in_line() -> None:
    board = a_board()
    turn, call, queue = Turn(board, START), board.calls["c1"], board.queues[1]
    call.queue, call.queued_at = queue.settings, START
    turn.enter_line(call, queue)
    assert board.deadlines.next() == START + timedelta(seconds=30), "the reserve"
    turn.leave_line(call)
    assert board.deadlines.next() is None
    call.queue = replace(SALES, routing=Routing(reserve_after_s=0.0))
    turn.enter_line(call, queue)
    assert board.deadlines.next() is None


def test_a_shift_counts_its_calls() -> None:
    board = a_board()
    turn, ann = Turn(board, START), board.agents[7]
    for step in (AgentStep.SIGNED_IN, AgentStep.BECAME_READY, AgentStep.OFFERED, AgentStep.JOINED):
        turn.move(ann, step)
    assert (ann.taken, ann.offered_at) == (1, START)
    for step in (AgentStep.PARTED, AgentStep.SIGNED_OUT, AgentStep.SIGNED_IN):
        turn.move(ann, step)
    assert ann.taken == 0


def test_the_queues_of_a_step_are_known_by_number() -> None:
    turn = Turn(a_board(), START)
    turn.touch_queues([2, 1])
    turn.touch_call("c1")
    assert list(turn.touched_queues()) == [2, 1]


def kept(board: Board, name: str) -> frozenset[int]:
    demand = board.demand_of(name, START)
    assert demand is not None
    return demand.without


def test_what_a_callback_asks_of_agents() -> None:
    stage = promised()
    board, now = stage.floor._board, stage.now
    assert kept(board, "b1") == frozenset()
    come(stage, "c2", "13700137000")
    stage.ready(11)
    assert board.demand_of("b1", now) is None, "it is asked whether it may be called"
    assert kept(board, "c2") == {11}, "so long the agent is kept for it"
    allow(stage)
    assert kept(board, "c2") == frozenset(), "now the telephone rings there"
    assert board.node_up == "n1"
    stage.tell(SwitchLost("n1"))
    assert (board.node_up, board.demand_of("b1", now)) == (None, None)


def test_a_callback_has_an_owner_who_is_asked_first() -> None:
    roster = Roster((ANN, BOB), (replace(LINE, routing=Routing(preferred_s=600.0)), CARE))
    stage = callback_stage(roster=roster)
    stage.ready(12)
    stage.talk("c0")
    come(stage, "c1")
    stage.tell(CallRecognised("c1", 5, "Li", 12))
    want(stage)
    demand = stage.floor._board.demand_of("b1", stage.now)
    assert demand is not None
    assert demand.only_agent_id == 12


def test_callbacks_of_one_line_take_different_agents() -> None:
    stage = promised(replace(RULES, agent_first=False))
    come(stage, "c2", "13700137000")
    want(stage, "c2", "b2", "13700137000")
    customer_dialed(stage)
    board = stage.floor._board
    assert kept(board, "b2") == {11}
    assert {"callback:b1", "callback:b2"} <= stage.touched


def test_a_line_is_open_until_somebody_knows_of_hours() -> None:
    assert a_board().is_open(1, START)
