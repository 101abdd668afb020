import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.flow import Flow, parse_flow
from ivr.domain.known import Known
from ivr.errors import FlowInvalid, Problem
from tests.ivr.domain.flows import whole_flow

KNOWN = Known(numbers=frozenset({"+861012345678"}))


def problems_of(data: object, known: Known = KNOWN) -> dict[str, str]:
    with pytest.raises(FlowInvalid) as caught:
        parse_flow(data, known)
    return {problem.path: problem.code for problem in caught.value.problems}


def bent(path: str, value: object) -> dict[str, Any]:
    data = whole_flow()
    node, _, field = path.partition(".")
    data["nodes"][node][field] = value
    return data


def test_a_flow_with_every_kind_of_node_is_read() -> None:
    flow = parse_flow(whole_flow(), KNOWN)
    assert flow.start == "open"
    assert len(flow.nodes) == 12


def test_nothing_is_permitted_outside_unless_listed() -> None:
    assert problems_of(whole_flow(), Known()) == {"nodes.outside.number": "number_not_allowed"}
    assert isinstance(parse_flow(whole_flow(), Known(numbers=None)), Flow)


def test_names_are_checked_against_what_is_known() -> None:
    known = Known(
        prompts=frozenset({"welcome", "main_menu", "enter_number", "leave_message"}),
        queue_ids=frozenset({2}),
        numbers=frozenset(),
        time_zones=frozenset({"UTC"}),
    )
    assert problems_of(whole_flow(), known) == {
        "nodes.open.time_zone": "unknown_time_zone",
        "nodes.menu.invalid_prompt": "unknown_prompt",
        "nodes.number.invalid_prompt": "unknown_prompt",
        "nodes.outside.number": "number_not_allowed",
        "nodes.sales.queue": "unknown_queue",
        "nodes.vip_line.queue": "unknown_queue",
        "nodes.bye.prompt": "unknown_prompt",
    }


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("hello.prompt", None, "hello.prompt", "missing"),
        ("hello.prompt", "  ", "hello.prompt", "not_text"),
        ("hello.prompt", 7, "hello.prompt", "not_text"),
        ("hello.next", "nowhere", "hello.next", "unknown_node"),
        ("hello.nxet", "menu", "hello.nxet", "unknown_field"),
        ("hello.type", "shout", "hello.type", "unknown_type"),
        ("hello.type", ["say"], "hello.type", "unknown_type"),
        ("menu.timeout_s", "5", "menu.timeout_s", "not_number"),
        ("menu.timeout_s", True, "menu.timeout_s", "not_number"),
        ("menu.timeout_s", 0, "menu.timeout_s", "out_of_range"),
        ("menu.timeout_s", float("nan"), "menu.timeout_s", "out_of_range"),
        ("menu.retries", 1.5, "menu.retries", "not_whole"),
        ("menu.options", None, "menu.options", "missing"),
        ("menu.options", [], "menu.options", "not_object"),
        ("menu.options", {}, "menu.options", "no_options"),
        ("menu.options", {"12": "bye"}, "menu.options.12", "not_a_key"),
        ("menu.options", {"a": "bye"}, "menu.options.a", "not_a_key"),
        ("menu.options", {"1": 5}, "menu.options.1", "not_text"),
        ("menu.options", {"1": "x"}, "menu.options.1", "unknown_node"),
        ("number.variable", "Caller Id", "number.variable", "bad_name"),
        ("number.variable", None, "number.variable", "missing"),
        ("number.min_digits", 12, "number.min_digits", "out_of_range"),
        ("english.language", "fr", "english.language", "unknown_language"),
        ("english.language", None, "english.language", "missing"),
        ("sales.queue", None, "sales.queue", "missing"),
        ("sales.queue", 0, "sales.queue", "out_of_range"),
        ("outside.number", "12;34", "outside.number", "not_number"),
        ("outside.number", None, "outside.number", "missing"),
        ("open.weekly", None, "open.weekly", "missing"),
    ],
)
def test_a_fault_names_its_node_and_field(path: str, value: object, field: str, code: str) -> None:
    assert problems_of(bent(path, value))[f"nodes.{field}"] == code


def test_all_faults_are_reported_at_once() -> None:
    data = whole_flow()
    data["nodes"]["hello"]["prompt"] = 1
    data["nodes"]["menu"]["retries"] = -1
    data["nodes"]["bye"] = "bye"
    data["start"] = "begin"
    found = problems_of(data)
    assert found["nodes.hello.prompt"] == "not_text"
    assert found["nodes.menu.retries"] == "out_of_range"
    assert found["nodes.bye"] == "not_object"
    assert found["start"] == "unknown_node"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([], {"": "not_object"}),
        ({"nodes": {}}, {"nodes": "not_nodes", "start": "unknown_node"}),
        ({"start": "a", "nodes": []}, {"nodes": "not_nodes", "start": "unknown_node"}),
        ({"start": 1, "nodes": {"a": {"type": "hang_up"}}}, {"start": "unknown_node"}),
    ],
)
def test_what_is_no_flow_at_all(data: object, found: dict[str, str]) -> None:
    assert problems_of(data) == found


def test_a_node_that_no_way_leads_to() -> None:
    data = whole_flow()
    data["nodes"]["attic"] = {"type": "hang_up"}
    assert problems_of(data) == {"nodes.attic": "unreachable"}


def test_a_circle_that_never_asks_the_caller() -> None:
    data = {
        "start": "a",
        "nodes": {
            "a": {"type": "say", "prompt": "x", "next": "b"},
            "b": {"type": "language", "language": "en", "next": "c"},
            "c": {"type": "say", "prompt": "y", "next": "b"},
        },
    }
    assert problems_of(data) == {"nodes.b": "endless_loop", "nodes.c": "endless_loop"}


def test_a_circle_through_a_menu_is_the_callers_choice() -> None:
    parse_flow(bent("menu.on_timeout", "menu"), KNOWN)


def test_drawing_tools_may_keep_a_label_and_a_position() -> None:
    data = bent("hello.label", "Greeting")
    data["nodes"]["hello"]["position"] = {"x": 1, "y": 2}
    parse_flow(data, KNOWN)


def test_the_message_reads_as_a_sentence_for_each_problem() -> None:
    with pytest.raises(FlowInvalid, match=r"nodes\.hello\.next: there is no node 'x'"):
        parse_flow(bent("hello.next", "x"), KNOWN)
    assert Problem("", "", "c", "d").path == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
SPOTS = [(name, field) for name, node in whole_flow()["nodes"].items() for field in node]


@given(data=json_values)
def test_any_document_is_read_or_refused(data: object) -> None:
    with pytest.raises(FlowInvalid):
        parse_flow(data)


@given(spot=st.sampled_from(SPOTS), value=json_values)
def test_any_value_in_any_field_is_read_or_refused(spot: tuple[str, str], value: object) -> None:
    data = whole_flow()
    data["nodes"][spot[0]][spot[1]] = value
    with contextlib.suppress(FlowInvalid):
        parse_flow(data, KNOWN)


@pytest.mark.parametrize(("calendar", "known"), [(7, True), (8, False), ("number", True)])
def test_hours_must_be_there(calendar: object, known: bool) -> None:
    data = bent("open.calendar", calendar)
    if known:
        parse_flow(data, Known(numbers=None, calendar_ids=frozenset({7})))
    else:
        found = problems_of(data, Known(numbers=None, calendar_ids=frozenset({7})))
        assert found == {"nodes.open.calendar": "unknown_calendar"}
    parse_flow(data, Known(numbers=None))


def test_a_closed_line_that_leads_back_to_itself_is_a_circle() -> None:
    assert "endless_loop" in problems_of(bent("sales.closed", "sales")).values()
