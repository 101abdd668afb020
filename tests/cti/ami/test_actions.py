"""Every order of the floor as an action of Asterisk's, and nothing that does more than it says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.ami.actions import Action, action_for, mark_of
from cti.ami.message import encode_action, parse_message
from cti.domain.commands import (
    DialCustomer,
    DialOutside,
    HangUpLeg,
    ListenToLine,
    MuteLeg,
    MuteRecording,
    OfferToFallback,
    Place,
    PressKey,
    RingAgent,
    SendLeg,
    StopRecording,
    TakeBack,
)
from cti.domain.values import Caller, Phone, PhoneKind
from cti.errors import UnsafeValue


def ring(**changes: object) -> RingAgent:
    values = {
        "node": "n1",
        "leg_id": "leg-1",
        "extension": "1001",
        "call_id": "0b8c-1",
        "caller": Caller("+8613800138000", "张伟"),
        "ring_s": 20.0,
    }
    return RingAgent(**{**values, **changes})


def test_a_ring_is_an_originate_into_the_waiting_loop():
    assert action_for(ring()) == Action(
        "Originate",
        (
            ("Channel", "PJSIP/1001"),
            ("ChannelId", "leg-1"),
            ("Context", "agent-wait"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", "20000"),
            ("Async", "true"),
            ("Variable", "CALLROOM_CALL_ID=0b8c-1"),
            ("Variable", "CALLROOM_AGENT=1001"),
            ("Variable", "GROUP(phone)=1001"),
            ("Variable", "PJSIP_HEADER(add,X-Callroom-Call)=0b8c-1"),
            ("CallerID", "<+8613800138000>"),
        ),
    )


def test_a_supervisors_leg_is_marked_as_one():
    headers = action_for(ring(supervises=True)).headers
    assert ("Variable", "CALLROOM_SUPERVISES=1") in headers
    assert ("Variable", "PJSIP_HEADER(add,X-Callroom-Supervises)=1") in headers


@pytest.mark.parametrize("place", [Place.LISTEN, Place.WHISPER])
def test_a_supervisors_leg_is_sent_to_the_agents(place):
    headers = action_for(SendLeg("n1", "n1-5", place, "n1-1")).headers
    assert headers[:3] == (("Channel", "n1-5"), ("Context", place.value), ("Exten", "n1-1"))
    with pytest.raises(UnsafeValue):
        action_for(SendLeg("n1", "n1-5", place, "n1-1,quESB"))


def test_a_page_is_told_that_it_is_rung_back():
    headers = action_for(ring(rejoins=True)).headers
    assert ("Variable", "PJSIP_HEADER(add,X-Callroom-Rejoins)=1") in headers


def test_whoever_a_dialer_called_is_taken_by_the_phone_itself():
    headers = action_for(ring(connects=True)).headers
    assert ("Variable", "PJSIP_HEADER(add,X-Callroom-Connects)=1") in headers
    asked = ("Variable", "PJSIP_HEADER(add,Call-Info)=<sip:callroom>;answer-after=0")
    assert asked not in headers
    assert asked in action_for(ring(connects=True, phone=Phone(PhoneKind.SIP))).headers
    assert asked not in action_for(ring(phone=Phone(PhoneKind.SIP))).headers


def test_a_leg_for_the_shift_is_of_no_call_and_answered_by_the_page():
    headers = action_for(ring(call_id="", caller=Caller(None), stays=True)).headers
    assert ("Context", "agent-stay") in headers
    assert [value for name, value in headers if name == "Variable"] == [
        "CALLROOM_PERSISTENT=1",
        "CALLROOM_AGENT=1001",
        "GROUP(phone)=1001",
        "PJSIP_HEADER(add,X-Callroom-Persistent)=1",
    ]


def test_a_desk_phone_is_an_endpoint_of_its_own():
    headers = action_for(ring(phone=Phone(PhoneKind.SIP))).headers
    assert headers[0] == ("Channel", "PJSIP/desk-1001")
    assert ("Variable", "CALLROOM_AGENT=1001") in headers


def test_a_phone_outside_is_told_nothing_that_is_ours():
    headers = action_for(ring(phone=Phone(PhoneKind.OUTSIDE, "+8613911112222"))).headers
    assert headers[0] == ("Channel", "PJSIP/+8613911112222@pstn")
    assert not [value for _, value in headers if "X-Callroom" in value or value.startswith("<")]


@pytest.mark.parametrize(("phone", "stays", "context"), [
    (Phone(PhoneKind.OUTSIDE, "+8613911112222"), False, "agent-confirm"),
    (Phone(PhoneKind.OUTSIDE, "+8613911112222", persistent=True), True, "agent-confirm"),
    (Phone(PhoneKind.OUTSIDE, "+8613911112222", confirm=False), False, "agent-wait"),
    (Phone(PhoneKind.SIP), False, "agent-wait"),
    (Phone(), True, "agent-stay"),
])  # fmt: skip
def test_only_a_phone_that_may_have_a_mailbox_asks_for_a_key(phone, stays, context):
    assert ("Context", context) in action_for(replace(ring(phone=phone), stays=stays)).headers


@pytest.mark.parametrize("number", ["", "110", "1001", "+86138,EXEC", "+0138001380001", "+86@pstn&PJSIP/1001"])
def test_what_is_no_whole_number_is_not_called(number):
    with pytest.raises(UnsafeValue):
        action_for(ring(phone=Phone(PhoneKind.OUTSIDE, number)))


@pytest.mark.parametrize("place", [Place.BEEP, Place.QUIET])
def test_a_persistent_leg_is_told_what_it_plays(place):
    headers = action_for(SendLeg("n1", "n1-5", place, "n1-call")).headers
    assert headers[:3] == (("Channel", "n1-5"), ("Context", place.value), ("Exten", "n1-call"))
    assert action_for(SendLeg("n1", "n1-5", Place.STAY)).headers[2] == ("Exten", "s")


@pytest.mark.parametrize("number", [None, "", "anonymous", '"><img', "1>\r\nAction: x", "1" * 33])
def test_a_number_that_is_none_is_left_out(number):
    assert "CallerID" not in dict(action_for(ring(caller=Caller(number))).headers)


@pytest.mark.parametrize(
    "command",
    [
        ring(extension="1001&PJSIP/pstn"),
        ring(extension="1001@pstn"),
        ring(extension=""),
        ring(leg_id="a b"),
        ring(leg_id="/.*/"),
        ring(call_id="a,EXEC=b"),
        HangUpLeg("n1", "/^PJSIP/"),
        HangUpLeg("n1", ""),
        OfferToFallback("Local/x", True),
        TakeBack("n1", "/^PJSIP/"),
        MuteRecording("n1", "/^PJSIP/", True),
        StopRecording("n1", "/^PJSIP/"),
        MuteLeg("n1", "/^PJSIP/", True),
        PressKey("n1", "/^PJSIP/", "5"),
        PressKey("n1", "leg-1", "55"),
        PressKey("n1", "leg-1", "w"),
        PressKey("n1", "leg-1", ""),
        SendLeg("n1", "/^PJSIP/", Place.HOLD),
        SendLeg("n1", "leg-1", Place.PAIR),
        SendLeg("n1", "leg-1", Place.ADD, "x,1\r\nAction: y"),
        DialOutside("n1", "/^PJSIP/", "10086", 30),
        DialOutside("n1", "leg-1", "10086&PJSIP/1001", 30),
        DialOutside("n1", "leg-1", "10086*110", 30),
        DialOutside("n1", "leg-1", "", 30),
        DialOutside("n1", "leg-1", "10086", 30, "4001,g"),
    ],
)
def test_orders_that_would_do_more_than_they_say_are_refused(command):
    with pytest.raises(UnsafeValue):
        action_for(command)


@given(st.text(), st.text(), st.text(), st.none() | st.text(), st.text())
def test_no_text_in_an_order_reaches_the_wire_as_anything_else(leg_id, extension, call_id, number, name):
    try:
        action = action_for(RingAgent("n1", leg_id, extension, call_id, Caller(number, name), 10))
    except UnsafeValue:
        return
    frame = parse_message(encode_action(action.name, "1", action.headers).removesuffix(b"\r\n\r\n"))
    assert frame.headers == (("Action", "Originate"), ("ActionID", "1"), *action.headers)


def test_hang_up_and_fallback():
    assert action_for(HangUpLeg("n1", "n1-1700000000.5", 17)) == Action(
        "Hangup", (("Channel", "n1-1700000000.5"), ("Cause", "17"))
    )
    assert action_for(OfferToFallback("1001", True)).name == "QueueAdd"
    assert action_for(OfferToFallback("1001", False)) == Action(
        "QueueRemove", (("Queue", "fallback"), ("Interface", "PJSIP/1001"))
    )
    assert action_for(MuteRecording("n1", "n1-1700000000.5", True)) == Action(
        "MixMonitorMute", (("Channel", "n1-1700000000.5"), ("Direction", "both"), ("State", "1"))
    )
    assert action_for(TakeBack("n1", "n1-1700000000.5")) == Action(
        "Redirect",
        (("Channel", "n1-1700000000.5"), ("Context", "callroom-call"), ("Exten", "back"), ("Priority", "1")),
    )


def test_a_leg_is_muted_where_it_says_something_and_presses_a_key_as_its_phone_would() -> None:
    for muted, word in ((True, "-100000"), (False, "0")):
        assert action_for(MuteLeg("n1", "n1-1.5", muted)) == Action(
            "Setvar", (("Channel", "n1-1.5"), ("Variable", "VOLUME(RX)"), ("Value", word))
        )
    headers = (("Channel", "n1-1.5"), ("Digit", "#"), ("Duration", "120"), ("Receive", "1"))
    assert action_for(PressKey("n1", "n1-1.5", "#")) == Action("PlayDTMF", headers)
    for muted, value in ((True, "1"), (False, "")):
        assert mark_of(MuteLeg("n1", "n1-1.5", muted)) == Action(
            "Setvar", (("Channel", "n1-1.5"), ("Variable", "CALLROOM_MUTED"), ("Value", value))
        )


def test_a_caller_is_brought_back_from_the_fallback_queue():
    place = (("Channel", "n1-1.1"), ("Context", "callroom-call"), ("Exten", "back"), ("Priority", "1"))
    assert action_for(TakeBack("n1", "n1-1.1")) == Action("Redirect", place)
    with pytest.raises(UnsafeValue):
        action_for(TakeBack("n1", "x\r\nExten: h"))


def test_a_pause_leaves_a_mark_on_the_channel():
    assert mark_of(MuteRecording("n1", "n1-1.5", True)) is None
    assert mark_of(MuteRecording("n1", "n1-1.5", True, "r-1", 12.5)) == Action(
        "Setvar", (("Channel", "n1-1.5"), ("Variable", "CALLROOM_PAUSED"), ("Value", "r-1@12.500"))
    )
    assert mark_of(MuteRecording("n1", "n1-1.5", False, "r-1", 14.0)).headers[-1] == ("Value", "@14.000")
    for leg_id, recording_id in (("/x/", "r-1"), ("n1-1.5", "r\r\nAction: x")):
        with pytest.raises(UnsafeValue):
            mark_of(MuteRecording("n1", leg_id, True, recording_id))


@pytest.mark.parametrize(
    ("command", "context", "extension"),
    [
        (SendLeg("n1", "n1-1.1", Place.HOLD), "leg-hold", "s"),
        (SendLeg("n1", "n1-1.1", Place.MUSIC), "leg-music", "s"),
        (SendLeg("n1", "n1-1.1", Place.RINGBACK), "leg-ringback", "s"),
        (SendLeg("n1", "n1-1.1", Place.PAIR, "n1-2.2"), "leg-pair", "n1-2.2"),
        (SendLeg("n1", "n1-1.1", Place.ADD, "n1-2.2"), "leg-add", "n1-2.2"),
        (DialOutside("n1", "n1-1.1", "+8613900139000", 30.4), "leg-dial", "+8613900139000**30*0"),
        (DialOutside("n1", "n1-1.1", "95588", 20, "+8675512345678"), "leg-dial", "95588*+8675512345678*20*0"),
    ],
)
def test_a_leg_is_moved_by_a_redirect_to_a_constant_place(command, context, extension):
    headers = (("Channel", "n1-1.1"), ("Context", context), ("Exten", extension), ("Priority", "1"))
    assert action_for(command) == Action("Redirect", headers)


def test_a_recording_is_stopped():
    assert action_for(StopRecording("n1", "n1-1.1")) == Action("StopMixMonitor", (("Channel", "n1-1.1"),))


def test_the_leg_of_an_agent_who_dials_is_marked_and_calls_the_customer():
    headers = action_for(ring(dials=True)).headers
    assert ("Variable", "CALLROOM_OUTBOUND=1") in headers
    assert ("Variable", "PJSIP_HEADER(add,X-Callroom-Dials)=1") in headers
    order = DialOutside("n1", "n1-1.1", "95588", 20, withheld=True, leads=True)
    assert action_for(order).headers[:3] == (("Channel", "n1-1.1"), ("Context", "leg-call"), ("Exten", "95588**20*1"))


def test_a_customer_is_called_back_with_the_number_that_is_shown_of_ours():
    order = DialCustomer("n1", "n1-leg", "o1", "+8613900139000", 30.4, "4001")
    action = action_for(order)
    headers = action.headers
    assert action.name == "Originate"
    assert ("Channel", "PJSIP/+8613900139000@pstn") in headers
    assert ("Context", "callroom-called-back") in headers
    assert ("Timeout", "40400") in headers
    assert ("ChannelId", "n1-leg") in headers
    assert dict(headers)["CallerID"] == "<4001>"
    variables = {value for name, value in headers if name == "Variable"}
    assert {"CALLROOM_CALL_ID=o1", "CALLROOM_OUTBOUND=1", "CALLROOM_CALLED=+8613900139000"} <= variables
    assert not any("prohib" in variable for variable in variables)


def test_a_number_of_ours_that_is_withheld_is_not_told():
    headers = action_for(DialCustomer("n1", "n1-leg", "o1", "95588", 30, "4001", withheld=True)).headers
    assert ("Variable", "CONNECTEDLINE(pres)=prohib") in headers
    assert "CallerID" not in dict(headers)


def test_the_leg_of_an_agent_who_calls_back_is_marked_but_rings():
    headers = action_for(ring(calls_back=True)).headers
    assert ("Variable", "CALLROOM_OUTBOUND=1") in headers
    assert "X-Callroom-Dials" not in str(headers)


@pytest.mark.parametrize(
    "order",
    [
        DialCustomer("n1", "n1-leg", "o1", "10086&PJSIP/1001", 30),
        DialCustomer("n1", "n1-leg", "o1", "10086", 30, "4001,g"),
        DialCustomer("n1", "n1-leg", "o1,x=1", "10086", 30),
        DialCustomer("n1", "n1 leg", "o1", "10086", 30),
    ],
)
def test_nobody_else_is_called_back(order):
    with pytest.raises(UnsafeValue):
        action_for(order)


STREAM = "0d3f7a3e-3f0c-4a52-9a5f-0f6a4d1d2b11"


def test_a_listener_is_brought_to_a_line_by_constants_and_checked_values():
    action = action_for(ListenToLine("n1", "n1-ear", "n1-17.4", STREAM, 23077))
    assert (action.name, dict(action.headers)) == (
        "Originate",
        {
            "Channel": f"AudioSocket/127.0.0.1:23077/{STREAM}/c(slin)",
            "ChannelId": "n1-ear",
            "Context": "line-listen",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "3000",
            "Async": "true",
            "Variable": "CALLROOM_LISTENS_TO=n1-17.4",
        },
    )


@pytest.mark.parametrize(
    "command",
    [
        ListenToLine("n1", "n1-ear", "n1-17.4,X=1", STREAM, 23077),
        ListenToLine("n1", "n1-ear", "", STREAM, 23077),
        ListenToLine("n1", "n1-ear", "n1-17.4", "all", 23077),
        ListenToLine("n1", "n1-ear", "n1-17.4", STREAM, 80),
        ListenToLine("n1", "n1 ear", "n1-17.4", STREAM, 23077),
    ],
)
def test_no_other_listener_and_no_other_application(command: ListenToLine):
    with pytest.raises(UnsafeValue):
        action_for(command)
