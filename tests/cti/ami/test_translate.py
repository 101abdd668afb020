"""Asterisk's words, as 22.10.1 says them, in the floor's."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.ami.message import Message, encode_action, parse_message
from cti.ami.translate import WANTED, Action, Translator, action_for, mark_of
from cti.domain.commands import HangUpLeg, MuteRecording, OfferToFallback, RingAgent, TakeBack
from cti.domain.events import (
    LegAnswered,
    LegEnded,
    LegRang,
    LegSnapshot,
    MemberRang,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
)
from cti.domain.values import Caller
from cti.errors import UnsafeValue

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts"


def event(name: str, **headers: str) -> Message:
    return Message((("Event", name), *headers.items()))


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


@pytest.fixture
def translator() -> Translator:
    made = Translator("n1")
    made.expect("leg-1")
    return made


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


def test_a_page_is_told_that_it_is_rung_back():
    headers = action_for(ring(rejoins=True)).headers
    assert ("Variable", "PJSIP_HEADER(add,X-Callroom-Rejoins)=1") in headers


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


def test_an_agents_leg_rings_answers_and_ends(translator):
    def told(message: Message) -> tuple[object, ...]:
        return translator.translate(message, 0.0)

    assert told(event("Newchannel", Uniqueid="leg-1")) == ()
    assert told(event("Newstate", Uniqueid="leg-1", ChannelState="5")) == (LegRang("leg-1"),)
    assert told(event("Newstate", Uniqueid="leg-1", ChannelState="6")) == ()
    assert told(event("UserEvent", Uniqueid="leg-1", UserEvent="CallroomAgentWaits")) == (LegAnswered("leg-1"),)
    assert told(event("BridgeEnter", Uniqueid="leg-1", BridgeUniqueid="b")) == (RoomJoined("leg-1", "b"),)
    assert told(event("BridgeLeave", Uniqueid="leg-1", BridgeUniqueid="b")) == (RoomLeft("leg-1", "b"),)
    assert translator.is_open("leg-1")
    assert told(event("Hangup", Uniqueid="leg-1", Cause="16")) == (LegEnded("leg-1", 16),)
    assert not translator.is_open("leg-1")


def test_a_caller_is_brought_back_from_the_fallback_queue():
    place = (("Channel", "n1-1.1"), ("Context", "callroom-call"), ("Exten", "back"), ("Priority", "1"))
    assert action_for(TakeBack("n1", "n1-1.1")) == Action("Redirect", place)
    with pytest.raises(UnsafeValue):
        action_for(TakeBack("n1", "x\r\nExten: h"))


def test_the_fallback_queue_rings_a_member_and_a_talk_begins(translator):
    def told(name: str, **headers: str) -> tuple[object, ...]:
        return translator.translate(event(name, **headers), 0.0)

    def enters(leg_id: str, room_id: str, now_in_it: int) -> tuple[object, ...]:
        return told("BridgeEnter", Uniqueid=leg_id, BridgeUniqueid=room_id, BridgeNumChannels=str(now_in_it))

    said = {"UserEvent": "CallroomMemberRings", "Uniqueid": "n1-2.2"}
    assert told("UserEvent", **said, Extension="pstn") == ()
    assert told("UserEvent", **said, Extension="1001") == (MemberRang("n1-2.2", "1001"),)
    assert told("BridgeEnter", Uniqueid="other", BridgeUniqueid="x", BridgeNumChannels="2") == (
        RoomJoined("other", "x"),
    )
    assert told("BridgeEnter", Uniqueid="n1-2.2", BridgeUniqueid="b", BridgeNumChannels="1")
    assert not translator.take_new_talk(), "alone in the room"
    assert told("BridgeEnter", Uniqueid="n1-1.1", BridgeUniqueid="b", BridgeNumChannels="2") == (
        RoomJoined("n1-1.1", "b"),
    )
    assert translator.take_new_talk()
    assert not translator.take_new_talk(), "said once"
    assert told("Hangup", Uniqueid="n1-2.2", Cause="16") == (LegEnded("n1-2.2", 16),)
    enters("n1-2.2", "c", 2)
    assert not translator.take_new_talk()


def test_a_list_in_between_forgets_no_leg_that_is_on_its_way(translator):
    member = event("Status", Uniqueid="n1-2.2", Variable="CALLROOM_FALLBACK=member")
    assert [leg.fallback for leg in translator.take_legs((member,), live=True)] == ["member"]
    assert translator.is_open("leg-1")
    translator.take_legs((member,))
    assert not translator.is_open("leg-1")


def test_a_customers_leg_rings_for_nobody(translator):
    assert translator.translate(event("Newstate", Uniqueid="n1-1.1", ChannelState="5"), 0) == ()
    assert translator.translate(event("UserEvent", Uniqueid="n1-1.1", UserEvent="CallroomAgentWaits"), 0) == ()
    assert translator.translate(event("UserEvent", Uniqueid="leg-1", UserEvent="Other"), 0) == ()
    assert translator.translate(event("Hangup", Uniqueid="n1-1.1", Cause=""), 0) == (LegEnded("n1-1.1", 16),)


def test_the_real_cause_follows_the_vague_one(translator):
    failure = event("OriginateResponse", Uniqueid="leg-1", Response="Failure", Reason="0")
    assert translator.translate(failure, 10.0) == ()
    assert translator.translate(event("Hangup", Uniqueid="leg-1", Cause="17"), 10.0) == (LegEnded("leg-1", 17),)
    assert translator.next_deadline() is None


@pytest.mark.parametrize(("reason", "cause"), [("0", 20), ("3", 19), ("5", 17), ("8", 34)])
def test_a_leg_that_never_was_ends_after_a_moment(translator, reason, cause):
    translator.translate(event("OriginateResponse", Uniqueid="leg-1", Response="Failure", Reason=reason), 10.0)
    due_s = translator.next_deadline()
    assert due_s is not None
    assert translator.handle_time(due_s - 0.01) == ()
    assert translator.handle_time(due_s) == (LegEnded("leg-1", cause),)
    assert translator.handle_time(due_s + 9) == ()


def test_success_and_other_peoples_originates_are_no_news(translator):
    assert translator.translate(event("OriginateResponse", Uniqueid="leg-1", Response="Success"), 0) == ()
    assert translator.translate(event("OriginateResponse", Uniqueid="x", Response="Failure"), 0) == ()
    assert translator.next_deadline() is None


def test_a_failed_order_ends_its_leg_once(translator):
    assert translator.give_up("leg-1", 41) == (LegEnded("leg-1", 41),)
    assert translator.give_up("leg-1", 41) == ()


def test_a_phone_is_told_when_it_changes_and_only_then(translator):
    def peer(word: str) -> tuple[object, ...]:
        return translator.translate(event("PeerStatus", Peer="PJSIP/1001", PeerStatus=word), 0)

    def device(word: str, name: str = "PJSIP/1001") -> tuple[object, ...]:
        return translator.translate(event("DeviceStateChange", Device=name, State=word), 0)

    assert peer("Reachable") == (PhoneChanged("1001", True),)
    assert device("NOT_INUSE") == ()
    assert device("INUSE") == device("RINGING") == ()
    assert peer("Unreachable") == (PhoneChanged("1001", False),)
    assert device("UNAVAILABLE") == ()
    assert device("NOT_INUSE") == (PhoneChanged("1001", True),)
    assert device("UNAVAILABLE") == (PhoneChanged("1001", False),)
    assert device("NOT_INUSE", "PJSIP/pstn") == ()
    assert device("NOT_INUSE", "Queue:fallback") == ()


def test_the_phones_at_the_start(translator):
    items = tuple(
        event("DeviceStateChange", Device=device, State=state)
        for device, state in [
            ("PJSIP/1001", "NOT_INUSE"),
            ("PJSIP/1002", "UNAVAILABLE"),
            ("PJSIP/1003", "INUSE"),
            ("PJSIP/pstn", "NOT_INUSE"),
        ]
    )
    assert translator.take_phones(items) == frozenset({"1001", "1003"})
    assert translator.translate(event("PeerStatus", Peer="PJSIP/1001", PeerStatus="Reachable"), 0) == ()


STATUS = b"""Event: Status
Channel: PJSIP/pstn-00000001
ChannelState: 6
CallerIDNum: 13800138000
CallerIDName: \\"Wei\\\\\\n <b>
Uniqueid: n1-1700000000.1
BridgeID: b-1
Variable: CALLROOM_CALL_ID=c1
Variable: CALLROOM_AGENT=(null)
Variable: CALLROOM_ARRIVED_AT=1700000000.25
Variable: CALLROOM_DIALED=4001
Variable: CALLERID(pres)=allowed_not_screened
Variable: MIXMONITOR_FILENAME=/r/incoming/00000000-0000-4000-8000-000000000001.raw""".replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("value", "paused"), [("(null)", None), ("", False), ("00000000-0000-4000-8000-000000000001", True), ("old", False)]
)
def test_whether_its_recording_is_paused(translator, value, paused):
    more = f"\r\nVariable: CALLROOM_PAUSED={value}".encode()
    (leg,) = translator.take_legs((parse_message(STATUS + more),))
    assert leg.recording_paused is paused


def test_a_pause_leaves_a_mark_on_the_channel():
    assert mark_of(MuteRecording("n1", "n1-1.5", True)) is None
    assert mark_of(MuteRecording("n1", "n1-1.5", True, "r-1")) == Action(
        "Setvar", (("Channel", "n1-1.5"), ("Variable", "CALLROOM_PAUSED"), ("Value", "r-1"))
    )
    assert mark_of(MuteRecording("n1", "n1-1.5", False, "r-1")).headers[-1] == ("Value", "")
    for leg_id, recording_id in (("/x/", "r-1"), ("n1-1.5", "r\r\nAction: x")):
        with pytest.raises(UnsafeValue):
            mark_of(MuteRecording("n1", leg_id, True, recording_id))


def test_a_listed_customers_leg(translator):
    translator.expect("leg-2")
    legs = translator.take_legs((parse_message(STATUS),))
    assert legs == (
        LegSnapshot(
            "n1-1700000000.1",
            "n1",
            "c1",
            None,
            "b-1",
            True,
            datetime(2023, 11, 14, 22, 13, 20, 250000, tzinfo=UTC),
            Caller("13800138000", '"Wei\\\n <b>'),
            "4001",
            recording_id="00000000-0000-4000-8000-000000000001",
        ),
    )
    assert not translator.is_open("leg-2")


def test_a_listed_agents_leg_is_followed_on(translator):
    leg = event(
        "Status", Uniqueid="leg-9", ChannelState="5", CallerIDNum="<unknown>", CallerIDName="<unknown>", BridgeID=""
    )
    leg = Message((*leg.headers, ("Variable", "CALLROOM_AGENT=1001"), ("Variable", "CALLROOM_ARRIVED_AT=soon")))
    assert translator.take_legs((leg,)) == (LegSnapshot("leg-9", "n1", None, "1001", None, False),)
    assert translator.is_open("leg-9")


@pytest.mark.parametrize("presentation", ["prohib_passed_screen", "unavailable"])
def test_a_withheld_number_stays_withheld(translator, presentation):
    frame = STATUS.replace(b"allowed_not_screened", presentation.encode())
    assert translator.take_legs((parse_message(frame),))[0].caller == Caller(None)


def test_four_rings_as_recorded_from_22_10_1():
    """`callroom`'s AMI session with the shipped event filter: answered, busy, unanswered, phone gone."""
    translator = Translator("n1")
    for leg_id in ("leg-talks", "leg-busy", "leg-unanswered", "leg-nobody"):
        translator.expect(leg_id)
    recorded = (TRANSCRIPTS / "ami-four-rings.bytes").read_bytes().partition(b"\r\n")[2]
    told = []
    for frame in recorded.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n"):
        told += translator.translate(parse_message(frame), 0.0)
    told += translator.handle_time(1.0)
    assert told == [
        PhoneChanged("1001", False),  # these two from the list that the snapshot asked for
        PhoneChanged("1002", False),
        PhoneChanged("1001", True),
        LegRang("leg-talks"),
        LegAnswered("leg-talks"),
        LegEnded("leg-talks", 16),
        LegEnded("leg-busy", 17),
        LegRang("leg-unanswered"),
        LegEnded("leg-unanswered", 19),
        PhoneChanged("1001", False),
        LegEnded("leg-nobody", 20),
    ]


def test_events_of_no_interest_say_nothing(translator):
    assert translator.translate(event("RTCPSent"), 0) == ()
    assert "RTCPSent" not in WANTED
