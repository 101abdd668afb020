"""All that a board shows."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent_ui.wallboard.board import Scene, make_board
from agent_ui.wallboard.choices import Choices
from agent_ui.wallboard.thresholds import Thresholds
from crm_core.domain.today import Today
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_words import CallbackChanged
from cti.domain.facts import AgentChanged, CallEnded, TalkEnded, TalkStarted, WaitStarted
from cti.domain.values import AgentState, EndReason

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NUMBER = "+8613800138000"


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def call(call_id: str, state: str, queue_id: int | None, since: datetime) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "state": state,
        "queue_id": queue_id,
        "waiting_since": iso(since),
        "caller": {"number": NUMBER, "name": "Zhang"},
    }


def agent(agent_id: int, name: str, state: str, queue_ids: list[int]) -> dict[str, Any]:
    return {"agent_id": agent_id, "name": name, "state": state, "since": iso(at(30)), "queue_ids": queue_ids}


VIEWS = {
    "system": {"node_up": {"n1": True}, "stale_since": None},
    "queue:2": {"queue_id": 2, "name": "Service"},
    "queue:1": {"queue_id": 1, "name": "Sales"},
    "agent:11": agent(11, "Bea", "talking", [1, 2]),
    "agent:99": agent(99, "Dora", "not_ready", []),
    "agent:12": agent(12, "Ann", "ready", [1]),
    "agent:13": agent(13, "Cleo", "signed_out", [2]),
    "call:a": call("a", "waiting", 1, at(40)),
    "call:b": call("b", "ringing", 2, at(39)),
    "call:c": call("c", "talking", 2, at(1)),
    "call:d": call("d", "in_menu", None, at(1)),
}


def counted() -> Today:
    today = Today(ZONE, NINE)
    for moment, fact in (
        (at(5), WaitStarted("c", 1, 0)),
        (at(5.1), WaitStarted("c", 2, 0)),
        (at(5.2), TalkStarted("c", 11, "leg", 2, 12.0, None)),
        (at(8), TalkEnded("c", 11, "leg", 60.0)),
        (at(8), CallEnded("c", EndReason.CALLER_HUNG_UP, 16, 2, 11, 12.0, 60.0)),
        (at(9), AgentChanged(11, AgentState.READY, "", AgentState.TALKING, 60.0)),
        (at(34), WaitStarted("e", 1, 0)),
        (at(35), CallEnded("e", EndReason.ABANDONED_IN_QUEUE, 16, 1, None, 60.0, 0.0)),
    ):
        today.take(moment, fact)
    return today


def board(today: Today | None = None, now: datetime | None = None, **chosen: Any) -> dict[str, Any]:
    scene = Scene(VIEWS, counted() if today is None else today, now or at(41), ZONE)
    return make_board("Hall", Choices.model_validate(chosen), scene)


def test_the_whole_house() -> None:
    found = board()
    assert (found["name"], found["language"], found["theme"], found["counting"]) == ("Hall", "zh", "dark", True)
    assert found["zone"] == "Asia/Shanghai"
    sums = found["total"]
    assert (sums["offered"], sums["answered"], sums["abandoned"], sums["passed_on"]) == (2, 1, 1, 0)
    assert (sums["waiting"], sums["longest_since"]) == (2, iso(at(39)))
    assert (sums["asa_s"], sums["aht_s"], sums["abandon_ratio"], sums["service_level_ratio"]) == (12.0, 60.0, 0.5, 0.5)
    assert sums["states"] == {
        "signed_out": 1, "not_ready": 0, "ready": 1, "ringing": 0, "dialing": 0, "talking": 1, "wrap_up": 0,
    }  # fmt: skip
    # 1 min of before and 11 min of now, and as long as the other one has been ready
    assert sums["occupancy_ratio"] == round(12 / 23, 3)
    assert found["rule"] == {"formula": "ignore_abandons", "threshold_s": 20.0, "short_s": 6.0, "interval_min": 30}


def test_each_queue_has_its_own_figures() -> None:
    sales, service = board()["queues"]
    assert (sales["name"], sales["offered"], sales["passed_on"], sales["abandoned"], sales["waiting"]) == (
        "Sales",
        2,
        1,
        1,
        1,
    )
    assert (service["name"], service["offered"], service["answered"], service["waiting"]) == ("Service", 1, 1, 1)
    assert service["states"]["ready"] == 0


def test_callbacks_that_were_ordered_on_a_page_stand_beside_those_of_calls() -> None:
    today = counted()
    for callback_id, result in (("x", None), ("y", None), ("y", CallbackResult.REACHED)):
        state = CallbackState.WAITING if result is None else CallbackState.OVER
        today.take(at(36), CallbackChanged("", callback_id, state, "", 1, 0, None, "", None, result))
    shown = board(today)
    figures = [(one["web_ordered"], one["web_reached"]) for one in (shown["total"], *shown["queues"])]
    assert figures == [(2, 1), (2, 1), (0, 0)]
    assert shown["total"]["callbacks_promised"] == 0, "no call was promised anything"


def test_a_link_of_one_queue_shows_nothing_of_others() -> None:
    found = board(queue_ids=[2], with_names=True)
    assert [queue["name"] for queue in found["queues"]] == ["Service"]
    assert (found["total"]["offered"], found["total"]["waiting"]) == (1, 1)
    assert [one["name"] for one in found["agents"]] == ["Bea"]
    assert "Sales" not in json.dumps(found)


def test_names_are_there_if_the_link_says_so_and_nothing_of_customers_ever() -> None:
    named = json.dumps(board(with_names=True))
    assert "Bea" in named
    assert "Cleo" not in named, "who is not there is not shown"
    assert "Dora" not in named, "who serves no queue is nobody's agent"
    assert board(with_names=True)["agents"][0] == {
        "name": "Ann",
        "state": "ready",
        "since": iso(at(30)),
        "limit_s": None,
    }
    plain = board()
    assert plain["agents"] is None
    for secret in ("Bea", "Ann", NUMBER, "Zhang", "call_id", "agent_id"):
        assert secret not in json.dumps(plain)
    for secret in (NUMBER, "Zhang", "call_id", "agent_id"):
        assert secret not in named


def test_intervals_go_from_the_first_call_until_now() -> None:
    half = board()["intervals"]
    assert [(row["label"], row["offered"], row["answered"], row["abandoned"]) for row in half] == [
        ("09:00", 1, 1, 0),
        ("09:30", 1, 0, 1),
    ]
    assert half[0]["at"] == "2026-11-22T01:00:00Z"
    assert half[0]["service_level_ratio"] == 1.0
    quarters = board(interval_min=15)["intervals"]
    assert [(row["label"], row["offered"]) for row in quarters] == [("09:00", 1), ("09:15", 0), ("09:30", 1)]
    assert board(Today(ZONE, NINE))["intervals"] == []
    assert len(board(now=NINE - timedelta(days=1))["intervals"]) > 2, "a clock that was set back hides nothing"


def test_before_the_log_is_read_the_board_says_so() -> None:
    scene = Scene({**VIEWS, "system": {"stale_since": iso(at(40))}}, None, at(41), ZONE)
    found = make_board("Hall", Choices(), scene)
    assert (found["counting"], found["intervals"], found["switch_away_since"]) == (False, [], iso(at(40)))
    assert (found["total"]["offered"], found["total"]["occupancy_ratio"], found["total"]["waiting"]) == (0, None, 2)


def test_nobody_at_work_is_no_occupancy() -> None:
    found = make_board("Hall", Choices(), Scene({}, Today(ZONE, NINE), NINE, ZONE))
    assert (found["total"]["occupancy_ratio"], found["total"]["longest_since"], found["queues"]) == (None, None, [])
    assert found["switch_away_since"] is None


def test_the_board_is_the_same_while_nothing_happens() -> None:
    today = counted()
    assert board(today, at(41)) == board(today, at(41) + timedelta(milliseconds=300))


def test_what_supervisors_set_for_a_queue_goes_before_the_links_targets() -> None:
    talking = {AgentState.TALKING: 600}
    thresholds = {
        1: Thresholds(waiting_watch=5, waiting_alarm=9, states={AgentState.TALKING: 900, AgentState.READY: 60}),
        2: Thresholds(states=talking),
    }
    choices = Choices.model_validate({"with_names": True, "targets": {"waiting_watch": 2}})
    found = make_board("Hall", choices, Scene(VIEWS, counted(), at(41), ZONE, thresholds))
    sales, service = found["queues"]
    assert (sales["targets"]["waiting_watch"], service["targets"]["waiting_watch"]) == (5, 3)
    assert "states" not in sales["targets"]
    assert [(one["name"], one["limit_s"]) for one in found["agents"]] == [("Ann", 60), ("Bea", 600)]
    assert board(targets={"waiting_watch": 2})["queues"][0]["targets"]["waiting_watch"] == 2
