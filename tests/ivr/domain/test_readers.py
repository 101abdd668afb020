from typing import Any

import pytest

from ivr.domain.fields import Fields
from ivr.domain.known import ANYTHING
from ivr.domain.nodes import (
    CollectNode,
    HangUpNode,
    HoursNode,
    LookupNode,
    MenuNode,
    Node,
    OfNumber,
    QueueNode,
    TransferNode,
    VoicemailNode,
)
from ivr.domain.readers import READERS
from ivr.errors import Problem
from tests.ivr.domain.flows import whole_flow


def read(kind: str, **data: Any) -> tuple[Node, list[str]]:
    problems: list[Problem] = []
    node = READERS[kind](Fields("n", data, problems), ANYTHING)
    return node, [f"{problem.field} {problem.code}" for problem in problems]


@pytest.mark.parametrize("node", whole_flow()["nodes"].values())
def test_every_kind_is_read_without_complaint(node: dict[str, Any]) -> None:
    assert read(node["type"], **{field: value for field, value in node.items() if field != "type"})[1] == []


def test_what_is_left_out_takes_a_usual_value() -> None:
    menu, _ = read("menu", prompt="p", options={"1": "a"}, on_timeout="t")
    assert menu == MenuNode("p", {"1": "a"}, 5, 2, "invalid_choice", "t", "t")
    hours, _ = read("hours", weekly={}, open="o", closed="c")
    assert isinstance(hours, HoursNode)
    assert hours.holiday == "c"
    assert read("lookup", found="f", unknown="u")[0] == LookupNode(None, "f", "f", "u", 10)
    assert read("queue", queue=3)[0] == QueueNode(3, 0)
    assert read("voicemail")[0] == VoicemailNode("leave_message")
    assert read("hang_up")[0] == HangUpNode(None)
    assert read("transfer", number="10086", on_failed="x")[0] == TransferNode("10086", 30, "x")
    collect, _ = read("collect", prompt="p", variable="v", next="n", on_timeout="t")
    assert collect == CollectNode("p", "v", 1, 20, 5, 2, "invalid_choice", "n", "t")


@pytest.mark.parametrize(
    ("kind", "data", "complaint"),
    [
        ("menu", {"prompt": "p", "on_timeout": "t", "options": {}}, "options no_options"),
        ("menu", {"prompt": "p", "on_timeout": "t", "options": {"x": "a"}}, "options.x not_a_key"),
        ("menu", {"prompt": "p", "on_timeout": "t", "options": {"": "a"}}, "options. not_a_key"),
        ("menu", {"prompt": "p", "on_timeout": "t", "options": {"1": ""}}, "options.1 not_text"),
        ("collect", {"prompt": "p", "variable": "X", "next": "n", "on_timeout": "t"}, "variable bad_name"),
        ("language", {"language": "de", "next": "n"}, "language unknown_language"),
        ("transfer", {"number": "a", "on_failed": "n"}, "number not_number"),
    ],
)
def test_a_faulty_field_is_named(kind: str, data: dict[str, Any], complaint: str) -> None:
    assert read(kind, **data)[1] == [complaint]


def test_an_empty_range_of_digits_is_refused() -> None:
    data = {"prompt": "p", "variable": "v", "min_digits": 5, "max_digits": 4, "next": "n", "on_timeout": "t"}
    assert read("collect", **data)[1] == ["min_digits out_of_range"]


def test_hours_may_be_the_numbers_or_some_that_stand_for_themselves() -> None:
    ways = {"open": "o", "closed": "c"}
    assert read("hours", calendar="number", **ways) == (HoursNode(OfNumber(), "o", "c", "c"), [])
    assert read("hours", calendar=7, **ways) == (HoursNode(7, "o", "c", "c"), [])
    assert read("hours", calendar=7, weekly={"mon": []}, time_zone="UTC", **ways)[1] == [], "its own plan may stay"
    assert read("hours", calendar="mine", **ways)[1] == ["calendar not_number"]
    assert read("hours", **ways)[1] == ["weekly missing"]


def test_a_line_may_say_where_callers_go_outside_its_hours() -> None:
    assert read("queue", queue=3, closed="bye")[0] == QueueNode(3, 0, "bye")
    assert read("queue", queue=3, closed=" ")[1] == ["closed not_text"]
