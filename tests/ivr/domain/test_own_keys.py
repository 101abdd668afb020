"""Which of a flow's own keys lead on."""

from typing import Any

import pytest

from ivr.domain.flow import parse_flow
from ivr.domain.known import Known
from ivr.domain.own_keys import KeyWay, keys_that_lead_on

ASK = {"type": "menu", "prompt": "p", "timeout_s": 1, "retries": 0, "invalid_prompt": "p"}
NODES: dict[str, Any] = {
    "ask": {
        **ASK,
        "options": {"1": "thanks", "2": "again", "3": "line", "4": "more", "5": "shut"},
        "on_timeout": "bye",
        "on_invalid": "bye",
    },
    "thanks": {"type": "say", "prompt": "p", "next": "bye"},
    "again": {"type": "say", "prompt": "p", "next": "ask"},
    "line": {"type": "queue", "queue": 1},
    "more": {**ASK, "options": {"1": "line"}, "on_timeout": "bye", "on_invalid": "bye"},
    "shut": {"type": "hours", "calendar": "number", "open": "thanks", "closed": "out", "holiday": "thanks"},
    "out": {"type": "transfer", "number": "+862160001000", "timeout_s": 20, "on_failed": "bye"},
    "bye": {"type": "hang_up"},
}


FLOW = parse_flow({"start": "ask", "nodes": NODES}, Known(numbers=frozenset({"+862160001000"})))


@pytest.mark.parametrize(
    ("key", "ways"),
    [
        ("1", [KeyWay("more", "1", "line")]),
        ("2", [KeyWay("ask", "2", "ask")]),
        ("3", [KeyWay("ask", "3", "line")]),
        ("4", []),
        ("5", [KeyWay("ask", "5", "out")]),
        ("9", []),
    ],
)
def test_a_key_that_leads_to_somebody_or_back_is_the_flows(key: str, ways: list[KeyWay]) -> None:
    assert list(keys_that_lead_on(FLOW, {key})) == ways
