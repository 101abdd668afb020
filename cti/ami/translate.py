"""From Asterisk's words to the floor's: messages become domain events. No I/O, no clock.

What Asterisk 22.10.1 was seen to do:

- A refused or unanswered leg sends OriginateResponse (Reason 0 for almost everything) before its own Hangup, which has
  the real cause; a phone without a contact has no channel, so only OriginateResponse comes. Hence the short wait.
- `Newstate … Up` comes before the channel is in the dialplan: bridged at that moment it would later fall out of the
  waiting loop. Hence the UserEvent of `[agent-wait]`.
- A browser that goes away in a call is `PeerStatus: Unreachable` at once, its device state changes only with the
  call's end.
"""

import re
from datetime import UTC, datetime

from cti.ami.actions import EXTENSION, PAUSED
from cti.ami.message import Message
from cti.ami.originate import LEG_ID
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
    SwitchEvent,
)
from cti.domain.values import Caller

# The events of which anything is made; manager.conf's eventfilter lets pass the same.
WANTED = frozenset(
    {
        "FullyBooted",
        "Newchannel",
        "Newstate",
        "DialState",
        "UserEvent",
        "Hangup",
        "OriginateResponse",
        "BridgeEnter",
        "BridgeLeave",
        "PeerStatus",
        "DeviceStateChange",
    }
)
WAITS = "CallroomAgentWaits"
STAYS = "CallroomAgentStays"
MEMBER_RINGS = "CallroomMemberRings"
LEG_BORN = "CallroomLegBorn"
DIAL_FAILED = "CallroomDialFailed"
LEG_SPIES = "CallroomLegSpies"
_OF_AGENT_LEGS: dict[str, type[LegAnswered] | type[LegStays]] = {WAITS: LegAnswered, STAYS: LegStays}
STATUS_VARIABLES = (
    "CALLROOM_CALL_ID,CALLROOM_AGENT,CALLROOM_ARRIVED_AT,CALLROOM_DIALED,CALLROOM_FALLBACK,CALLERID(pres),"
    "MIXMONITOR_FILENAME,CALLROOM_PAUSED,CALLROOM_SUPERVISES,CALLROOM_OUTBOUND,CALLROOM_PERSISTENT,CALLROOM_PLAYS,"
    "CALLROOM_MUTED,CALLROOM_CONFIRMING"
)

# Q.850, include/asterisk/causes.h.
NO_ANSWER, SUBSCRIBER_ABSENT, OUT_OF_ORDER, TEMPORARY_FAILURE, NORMAL = 19, 20, 27, 41, 16
# OriginateResponse's Reason is an AST_CONTROL code; only these are seen where no Hangup follows.
_CAUSE_OF_REASON = {"3": NO_ANSWER, "5": 17, "8": 34}
_HANGUP_GRACE_S = 0.3

_PHONE = re.compile(r"PJSIP/((?:desk-)?[0-9]{1,10})")
_RECORDING = re.compile(r"(?:.*/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.raw")
_SECONDS = re.compile(r"[0-9]{1,6}\.[0-9]{3}")
_ESCAPE = re.compile(r"\\([abfnrtv\\'\"?])")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_UNKNOWN = {"", "<unknown>"}
# What printf makes of a variable that is not set (main/manager.c, generate_status).
_UNSET = "(null)"
_UP = "6"
_RINGING = "5"
_AWAY_STATES = {"UNAVAILABLE", "INVALID"}


class Translator:
    """What one node said, in the floor's words; remembers only what it needs to say each thing once."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._agent_legs: set[str] = set()
        self._failed: dict[str, tuple[float, int]] = {}
        self._reachable: dict[str, bool] = {}
        self._member_legs: set[str] = set()
        self._member_rooms: set[str] = set()
        self._has_new_talk = False

    def expect(self, leg_id: str) -> None:
        """An agent's leg with this id was ordered."""
        self._agent_legs.add(leg_id)

    def is_open(self, leg_id: str) -> bool:
        """Whether an agent's leg was ordered or listed and has not ended."""
        return leg_id in self._agent_legs

    def give_up(self, leg_id: str, cause: int) -> tuple[SwitchEvent, ...]:
        """The order for this leg failed: it ends, unless it has ended already."""
        if leg_id not in self._agent_legs:
            return ()
        return self._ended(leg_id, cause)

    # --- live ---

    def translate(self, message: Message, now_s: float) -> tuple[SwitchEvent, ...]:
        """Return what one event means; () for most."""
        handle = _HANDLERS.get(message.event)
        return handle(self, message, now_s) if handle else ()

    def next_deadline(self) -> float | None:
        """Return when `handle_time` is due."""
        return min((due_s for due_s, _ in self._failed.values()), default=None)

    def handle_time(self, now_s: float) -> tuple[SwitchEvent, ...]:
        """End the legs whose failure was never followed by a Hangup."""
        due = [(leg_id, cause) for leg_id, (due_s, cause) in self._failed.items() if now_s >= due_s]
        return tuple(event for leg_id, cause in due for event in self._ended(leg_id, cause))

    def _newstate(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        leg_id = message.get("Uniqueid")
        if message.get("ChannelState") == _RINGING and leg_id in self._agent_legs:
            return (LegRang(leg_id),)
        return ()

    def _dial_state(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        leg_id = message.get("DestUniqueid")
        if message.get("DialStatus") == "PROGRESS" and leg_id in self._agent_legs:
            return (LegProgressed(leg_id),)
        return ()

    def _user_event(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        leg_id = message.get("Uniqueid")
        if message.get("UserEvent") in _OF_AGENT_LEGS:
            return (_OF_AGENT_LEGS[message.get("UserEvent")](leg_id),) if leg_id in self._agent_legs else ()
        if message.get("UserEvent") == MEMBER_RINGS and EXTENSION.fullmatch(message.get("Extension")):
            self._member_legs.add(leg_id)
            return (MemberRang(leg_id, message.get("Extension")),)
        if message.get("UserEvent") == LEG_BORN and LEG_ID.fullmatch(message.get("Dialer")):
            self._agent_legs.add(leg_id)
            return (LegBorn(leg_id, self._node, message.get("Dialer")),)
        if message.get("UserEvent") == LEG_SPIES and LEG_ID.fullmatch(message.get("Peer")):
            return (LegSpies(leg_id, message.get("Peer"), message.get("Whispers") == "1"),)
        if message.get("UserEvent") == DIAL_FAILED:
            return (DialFailed(leg_id, _number(message.get("Cause"), 0), _number(message.get("Status"), 0)),)
        return ()

    def take_new_talk(self) -> bool:
        """Whether since the last question a talk began that the fallback queue made: a new list tells who it is."""
        has_one, self._has_new_talk = self._has_new_talk, False
        return has_one

    def _hangup(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        # 0: nobody set a cause, as when a phone says BYE while its leg waits in the dialplan.
        cause = _number(message.get("Cause"), NORMAL) or NORMAL
        return self._ended(message.get("Uniqueid"), cause, _number(message.get("TechCause"), 0))

    def _originated(self, message: Message, now_s: float) -> tuple[SwitchEvent, ...]:
        leg_id = message.get("Uniqueid")
        if message.get("Response") == "Failure" and leg_id in self._agent_legs:
            cause = _CAUSE_OF_REASON.get(message.get("Reason"), SUBSCRIBER_ABSENT)
            self._failed[leg_id] = (now_s + _HANGUP_GRACE_S, cause)
        return ()

    def _bridge_enter(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        leg_id, room_id = message.get("Uniqueid"), message.get("BridgeUniqueid")
        if leg_id in self._member_legs:
            self._member_rooms.add(room_id)
        if room_id in self._member_rooms and _number(message.get("BridgeNumChannels"), 0) >= 2:
            self._member_rooms.discard(room_id)
            self._has_new_talk = True
        return (RoomJoined(leg_id, room_id),)

    def _bridge_leave(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        return (RoomLeft(message.get("Uniqueid"), message.get("BridgeUniqueid")),)

    def _peer_status(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        return self._phone(message.get("Peer"), message.get("PeerStatus") == "Reachable")

    def _device_state(self, message: Message, _now_s: float) -> tuple[SwitchEvent, ...]:
        state = message.get("State")
        if state in _AWAY_STATES or state == "NOT_INUSE":
            return self._phone(message.get("Device"), state == "NOT_INUSE")
        return ()

    def _phone(self, device: str, reachable: bool) -> tuple[SwitchEvent, ...]:
        match = _PHONE.fullmatch(device)
        if match is None or self._reachable.get(match[1]) is reachable:
            return ()
        self._reachable[match[1]] = reachable
        return (PhoneChanged(match[1], reachable),)

    def _ended(self, leg_id: str, cause: int, sip_status: int = 0) -> tuple[SwitchEvent, ...]:
        self._agent_legs.discard(leg_id)
        self._member_legs.discard(leg_id)
        self._failed.pop(leg_id, None)
        return (LegEnded(leg_id, cause, sip_status),)

    # --- snapshot ---

    def take_legs(self, items: tuple[Message, ...], *, live: bool = False) -> tuple[LegSnapshot, ...]:
        """Read the list that `Status` gave with STATUS_VARIABLES; from here on these are the legs there are.

        `live`: no event was missed, so legs that were ordered and are not listed are on their way.
        """
        legs = tuple(_leg(self._node, each) for each in items)
        listed = {each.leg_id for each in legs if each.agent_extension is not None}
        if live:
            self._agent_legs |= listed
            return legs
        self._agent_legs = listed
        self._failed.clear()
        self._member_legs = {each.leg_id for each in legs if each.agent_extension is not None and each.fallback}
        self._member_rooms.clear()
        return legs

    def take_phones(self, items: tuple[Message, ...]) -> frozenset[str]:
        """Read the list that `DeviceStateList` gave."""
        self._reachable = {
            match[1]: each.get("State") not in _AWAY_STATES
            for each in items
            if (match := _PHONE.fullmatch(each.get("Device")))
        }
        return frozenset(extension for extension, reachable in self._reachable.items() if reachable)


_HANDLERS = {
    "Newstate": Translator._newstate,
    "DialState": Translator._dial_state,
    "UserEvent": Translator._user_event,
    "Hangup": Translator._hangup,
    "OriginateResponse": Translator._originated,
    "BridgeEnter": Translator._bridge_enter,
    "BridgeLeave": Translator._bridge_leave,
    "PeerStatus": Translator._peer_status,
    "DeviceStateChange": Translator._device_state,
}


def _leg(node: str, message: Message) -> LegSnapshot:
    pairs = (each.partition("=")[::2] for each in message.get_all("Variable"))
    variables = {name: value for name, value in pairs if value != _UNSET}
    recording_paused, recording_turned_s = _pause(variables)
    return LegSnapshot(
        leg_id=message.get("Uniqueid"),
        node=node,
        call_id=variables.get("CALLROOM_CALL_ID") or None,
        agent_extension=variables.get("CALLROOM_AGENT") or None,
        room_id=message.get("BridgeID") or None,
        # A mailbox may have picked up, or somebody who has not pressed the key yet.
        is_up=message.get("ChannelState") == _UP and variables.get("CALLROOM_CONFIRMING") != "1",
        arrived_at=_moment(variables.get("CALLROOM_ARRIVED_AT", "")),
        caller=_caller(message, variables.get("CALLERID(pres)", "")),
        dialed=variables.get("CALLROOM_DIALED", ""),
        fallback=variables.get("CALLROOM_FALLBACK", ""),
        recording_id=_recording(variables.get("MIXMONITOR_FILENAME", "")),
        recording_paused=recording_paused,
        recording_turned_s=recording_turned_s,
        supervises=variables.get("CALLROOM_SUPERVISES") == "1",
        outbound=variables.get("CALLROOM_OUTBOUND") == "1",
        persistent=variables.get("CALLROOM_PERSISTENT") == "1",
        plays=variables.get("CALLROOM_PLAYS", ""),
        muted=variables.get("CALLROOM_MUTED") == "1",
    )


def _caller(message: Message, presentation: str) -> Caller:
    number, name = message.get("CallerIDNum"), message.get("CallerIDName")
    if presentation.startswith(("prohib", "unavailable")):
        return Caller(None)
    return Caller(None if number in _UNKNOWN else number, "" if name in _UNKNOWN else _unescaped(name))


def _unescaped(text: str) -> str:
    """Undo `ast_escape_c` once (main/manager_channels.c does it to names, not to numbers)."""
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)


def _recording(file: str) -> str | None:
    """Read the id out of the file's name that app_mixmonitor keeps on the channel."""
    match = _RECORDING.fullmatch(file)
    return None if match is None else match[1]


def _pause(variables: dict[str, str]) -> tuple[bool | None, float | None]:
    """Is the recording paused, and since where in it; a mark of an earlier Callroom does not say where."""
    mark = variables.get(PAUSED)
    if mark is None:
        return None, None
    paused, _, at_s = mark.partition("@")
    is_paused = paused != "" and paused == _recording(variables.get("MIXMONITOR_FILENAME", ""))
    return is_paused, float(at_s) if _SECONDS.fullmatch(at_s) else None


def _moment(epoch: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else default
