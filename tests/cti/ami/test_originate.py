"""No text gets into a call's making as anything but itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.ami.message import encode_action, parse_message
from cti.ami.originate import Destination, originate
from cti.errors import UnsafeValue

AGENT = Destination.AGENT_WAIT


def built(**changes: object) -> tuple[str, tuple[tuple[str, str], ...]]:
    values = {
        "destination": AGENT,
        "channel": "PJSIP/1001",
        "leg_id": "leg-1",
        "timeout_ms": 20_000,
        "variables": {"CALLROOM_AGENT": "1001"},
        **changes,
    }
    return originate(**values)  # type: ignore[arg-type]


def test_constants_and_checked_values_only():
    name, headers = built(shown_number="+8613800138000", other_leg_id="leg-2", timeout_ms=5)
    assert (name, headers) == (
        "Originate",
        (
            ("Channel", "PJSIP/1001"),
            ("ChannelId", "leg-1"),
            ("OtherChannelId", "leg-2"),
            ("Context", "agent-wait"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", "1000"),
            ("Async", "true"),
            ("Variable", "CALLROOM_AGENT=1001"),
            ("CallerID", "<+8613800138000>"),
        ),
    )


def test_a_simulated_caller_may_have_any_name_that_stays_one_variable():
    _, headers = built(
        destination=Destination.SIMULATED_CALLER,
        channel="Local/dial@pstn-caller-out/n",
        variables={"CALLER_NAME": "'><img src=x onerror=alert(1)> ${X} 王"},
    )
    assert ("Variable", "CALLER_NAME='><img src=x onerror=alert(1)> ${X} 王") in headers


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": "PJSIP/1001&PJSIP/1002"},
        {"channel": "PJSIP/1001@pstn"},
        {"channel": "Local/s@agent-wait"},
        {"channel": "Local/dial@pstn-caller-out/n"},
        {"channel": "PJSIP/10012345678"},
        {"channel": "PJSIP/１００１"},
        {"channel": "PJSIP/1001\n"},
        {"leg_id": ""},
        {"leg_id": "a b"},
        {"leg_id": "/.*/"},
        {"leg_id": "x" * 128},
        {"other_leg_id": "a\r\nApplication: System"},
        {"variables": {"SHELL(id)": "1"}},
        {"variables": {"__SIPADDHEADER": "1"}},
        {"variables": {"CALLROOM_AGENT": "1,EXEC=touch"}},
        {"variables": {"CALLROOM_AGENT": "${SHELL(id)}"}},
        {"variables": {"CALLROOM_AGENT": "1\u2028"}},
        {"variables": {"CALLER_NAME": "a,FILE(/x)=1"}},
        {"variables": {"CALLER_NAME": "a\nb"}},
        {"variables": {"CALLER_NAME": "x" * 201}},
    ],
)
def test_what_would_do_more_is_refused(changes):
    with pytest.raises(UnsafeValue):
        built(**changes)


@pytest.mark.parametrize("number", [None, "", "anonymous", "1>\r\nAction: x", "1" * 33, "１３８"])
def test_a_number_that_is_none_is_left_out(number):
    assert "CallerID" not in dict(built(shown_number=number)[1])


@given(st.text(), st.text(), st.text(), st.text(), st.none() | st.text())
def test_whatever_is_given_one_frame_comes_out_or_none(channel, leg_id, name, value, number):
    for variables in ({name: value}, {"CALLROOM_CALL_ID": value}, {"CALLER_NAME": value}):
        for where in (channel, "PJSIP/1001"):
            try:
                action, headers = originate(AGENT, where, leg_id or "x", 1, variables, shown_number=number)
            except UnsafeValue:
                continue
            frame = encode_action(action, "1", headers)
            assert parse_message(frame.removesuffix(b"\r\n\r\n")).headers == (
                ("Action", "Originate"),
                ("ActionID", "1"),
                *headers,
            )
            assert {key for key, _ in headers} <= {
                "Channel", "ChannelId", "Context", "Exten", "Priority", "Timeout", "Async", "Variable", "CallerID",
            }  # fmt: skip
