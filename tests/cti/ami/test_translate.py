"""Asterisk's words, as 22.10.1 says them, in the floor's."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.ami.message import Message, parse_message
from cti.ami.translate import WANTED, Translator, _leg
from cti.domain.attempt_words import LegProgressed
from cti.domain.events import (
    DialFailed,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegRang,
    LegSnapshot,
    LegSpies,
    LegStays,
    MemberRang,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
)
from cti.domain.values import Caller

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts"


def event(name: str, **headers: str) -> Message:
    return Message((("Event", name), *headers.items()))


@pytest.fixture
def translator() -> Translator:
    made = Translator("n1")
    made.expect("leg-1")
    return made


def test_a_supervisors_leg_is_where_it_shall_be(translator):
    def told(**headers: str) -> tuple[object, ...]:
        return translator.translate(event("UserEvent", UserEvent="CallroomLegSpies", Uniqueid="n1-5", **headers), 0.0)

    assert told(Peer="n1-1", Whispers="0") == (LegSpies("n1-5", "n1-1", whispers=False),)
    assert told(Peer="n1-1", Whispers="1") == (LegSpies("n1-5", "n1-1", whispers=True),)
    assert told(Peer="") == ()


def test_an_agents_leg_rings_answers_and_ends(translator):
    def told(message: Message) -> tuple[object, ...]:
        return translator.translate(message, 0.0)

    assert told(event("Newchannel", Uniqueid="leg-1")) == ()
    assert told(event("Newstate", Uniqueid="leg-1", ChannelState="5")) == (LegRang("leg-1"),)
    assert told(event("Newstate", Uniqueid="leg-1", ChannelState="6")) == ()
    assert told(event("UserEvent", Uniqueid="leg-1", UserEvent="CallroomAgentWaits")) == (LegAnswered("leg-1"),)
    assert told(event("UserEvent", Uniqueid="leg-1", UserEvent="CallroomAgentStays")) == (LegStays("leg-1"),)
    assert told(event("BridgeEnter", Uniqueid="leg-1", BridgeUniqueid="b")) == (RoomJoined("leg-1", "b"),)
    assert told(event("BridgeLeave", Uniqueid="leg-1", BridgeUniqueid="b")) == (RoomLeft("leg-1", "b"),)
    assert translator.is_open("leg-1")
    assert told(event("Hangup", Uniqueid="leg-1", Cause="16")) == (LegEnded("leg-1", 16),)
    assert not translator.is_open("leg-1")


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


def test_who_has_not_pressed_the_key_has_not_answered() -> None:
    for value, is_up in (("1", False), ("", True), ("(null)", True)):
        leg = event("Status", Uniqueid="n1-2.2", ChannelState="6", Variable=f"CALLROOM_CONFIRMING={value}")
        assert _leg("n1", leg).is_up is is_up


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
    ("value", "paused", "turned_s"),
    [
        ("(null)", None, None),
        ("", False, None),
        ("00000000-0000-4000-8000-000000000001", True, None),
        ("00000000-0000-4000-8000-000000000001@12.500", True, 12.5),
        ("@14.250", False, 14.25),
        ("old@3.000", False, 3.0),
        ("@nan", False, None),
        ("@", False, None),
    ],
)
def test_whether_its_recording_is_paused(translator, value, paused, turned_s):
    more = f"\r\nVariable: CALLROOM_PAUSED={value}".encode()
    (leg,) = translator.take_legs((parse_message(STATUS + more),))
    assert (leg.recording_paused, leg.recording_turned_s) == (paused, turned_s)


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


def test_a_listed_supervisors_leg(translator):
    (leg,) = translator.take_legs((parse_message(STATUS + b"\r\nVariable: CALLROOM_SUPERVISES=1"),))
    assert leg.supervises


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
        LegEnded("leg-busy", 17, 486),
        LegRang("leg-unanswered"),
        LegEnded("leg-unanswered", 19, 480),
        PhoneChanged("1001", False),
        LegEnded("leg-nobody", 20),
    ]


def test_events_of_no_interest_say_nothing(translator):
    assert translator.translate(event("RTCPSent"), 0) == ()
    assert "RTCPSent" not in WANTED


def test_a_leg_to_somebody_outside_is_born_answers_or_fails(translator):
    def said(word: str, **headers: str) -> tuple[object, ...]:
        return translator.translate(event("UserEvent", Uniqueid="n1-3.3", UserEvent=word, **headers), 0.0)

    assert said("CallroomLegBorn", Dialer="/^PJSIP/") == ()
    assert said("CallroomAgentWaits") == (), "nobody's leg yet"
    assert said("CallroomLegBorn", Dialer="leg-1") == (LegBorn("n1-3.3", "n1", "leg-1"),)
    assert said("CallroomAgentWaits") == (LegAnswered("n1-3.3"),)
    assert said("CallroomDialFailed", Cause="17") == (DialFailed("n1-3.3", 17),)
    assert said("CallroomDialFailed", Cause="") == (DialFailed("n1-3.3", 0),)
    assert said("CallroomDialFailed", Cause="17", Status="486") == (DialFailed("n1-3.3", 17, 486),)


def test_sound_before_the_answer_is_told_of_legs_that_were_ordered():
    translator = Translator("n1")
    translator.expect("leg-1")
    told = [
        translator.translate(event("DialState", DestUniqueid=leg_id, DialStatus=status), 0.0)
        for leg_id, status in (("leg-1", "RINGING"), ("leg-1", "PROGRESS"), ("leg-2", "PROGRESS"))
    ]
    assert told == [(), (LegProgressed("leg-1"),), ()]
