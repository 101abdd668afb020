"""The floor's figures are those of the boards."""

from typing import Any

from agent_ui.wallboard.floor_figures import floor_figures
from cti.domain.facts import AgentChanged, CallEnded, WaitStarted
from cti.domain.values import AgentState, EndReason
from tests.agent_ui.wallboard.test_board import VIEWS, at, board, counted

FLOOR: dict[str, Any] = {
    key: {**view, "service_level_s": 20.0} if key.startswith("queue:") else view for key, view in VIEWS.items()
}


def test_an_overflowed_call_is_counted_as_the_wallboard_counts_it() -> None:
    found = floor_figures(FLOOR, counted(), at(41))
    on_board = {str(queue["queue_id"]): queue for queue in board()["queues"]}
    for queue_id, figures in found["queues"].items():
        assert figures == {key: on_board[queue_id][key] for key in figures}
    assert found["queues"]["1"]["passed_on"] == 1


def test_each_queue_is_measured_by_its_own_threshold() -> None:
    strict = {**FLOOR, "queue:2": {**FLOOR["queue:2"], "service_level_s": 2.0}}
    assert floor_figures(FLOOR, counted(), at(41))["queues"]["2"]["service_level_ratio"] == 1.0
    assert floor_figures(strict, counted(), at(41))["queues"]["2"]["service_level_ratio"] == 0.0


def test_what_agents_did_today() -> None:
    today = counted()
    for moment, fact in (
        (at(10), AgentChanged(11, AgentState.TALKING, "", AgentState.WRAP_UP, 30.0)),
        (at(12), WaitStarted("z", 1, 0)),
        (at(13), CallEnded("z", EndReason.ABANDONED_IN_QUEUE, 16, 1, None, 60.0, 0.0)),
    ):
        today.take(moment, fact)
    agents = floor_figures(FLOOR, today, at(41))["agents"]
    assert (agents["11"]["calls"], agents["11"]["talk_s"], agents["11"]["aht_s"]) == (1, 60.0, 90.0)
    assert agents["11"]["occupancy_ratio"] == 1.0
    assert (agents["12"]["calls"], agents["12"]["aht_s"], agents["12"]["occupancy_ratio"]) == (0, None, 0.0)
    assert agents["99"]["occupancy_ratio"] is None, "a pause is neither work nor time for it"


def test_before_the_log_is_read_there_are_none() -> None:
    assert floor_figures(FLOOR, None, at(41)) == {"counting": False, "queues": {}, "agents": {}}
