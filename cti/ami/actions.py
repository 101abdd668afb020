"""From the floor's words to Asterisk's: orders become actions, whose values cannot be anything else than they seem."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cti.ami.originate import ANSWER_NOW, AUTO_ANSWER, LEG_ID, Destination, originate
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
    SwitchCommand,
    TakeBack,
)
from cti.domain.values import DESK, Phone, PhoneKind
from cti.errors import UnsafeValue

# On the customer's leg: the recording that is paused and from where in it ("r-1@12.500"), or from where it went on
# ("@14.250"). The switch alone is sure to outlive a Callroom that is killed.
PAUSED = "CALLROOM_PAUSED"
# On an agent's leg, for the same reason: nothing of what it says is let through.
MUTED = "CALLROOM_MUTED"
EXTENSION = re.compile(r"[0-9]{1,10}")
_ENDPOINT = re.compile(r"(?:desk-)?[0-9]{1,10}")
_OUTSIDE = re.compile(r"\+?[0-9]{1,24}")
_KEY = re.compile(r"[0-9*#]")
KEY_MS = 120
NOTHING_LEFT = "-100000"  # func_volume: divide by; a sample has 16 bits
SWITCH_MARGIN_S = 10.0
LISTENER_MS = 3000
_RECORDING_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


_WITH_A_PEER = (Place.PAIR, Place.ADD, Place.LISTEN, Place.WHISPER, Place.BEEP, Place.QUIET)


@dataclass(frozen=True, slots=True)
class Action:
    """An action ready to be sent."""

    name: str
    headers: tuple[tuple[str, str], ...]


def action_for(command: SwitchCommand) -> Action:
    """Return the action that carries out an order; UnsafeValue when it holds what no id or extension can."""
    return _ACTIONS[type(command)](command)


def _hang_up(command: HangUpLeg) -> Action:
    # A name between slashes would be a pattern and end every call that fits.
    leg_id = _checked(LEG_ID, "leg id", command.leg_id)
    return Action("Hangup", (("Channel", leg_id), ("Cause", str(command.cause))))


def _take_back(command: TakeBack) -> Action:
    return _redirect(command.leg_id, "callroom-call", "back")


def _send(command: SendLeg) -> Action:
    needs_peer = command.place in _WITH_A_PEER
    peer = _checked(LEG_ID, "leg id", command.peer) if needs_peer else "s"
    return _redirect(command.leg_id, command.place.value, peer)


def _dial(command: DialOutside) -> Action:
    return _redirect(command.leg_id, "leg-call" if command.leads else "leg-dial", _dial_string(command))


def _mute(command: MuteRecording) -> Action:
    leg_id = _checked(LEG_ID, "leg id", command.leg_id)
    return Action("MixMonitorMute", (("Channel", leg_id), ("Direction", "both"), ("State", str(int(command.muted)))))


def _mute_leg(command: MuteLeg) -> Action:
    # Divided until nothing is left: the other side gets packets of silence. AMI's MuteAudio (a right to load modules)
    # and MUTEAUDIO() swallow them, and a carrier that gets none for half a minute ends the call.
    return _set(command.leg_id, "VOLUME(RX)", NOTHING_LEFT if command.muted else "0")


def _press(command: PressKey) -> Action:
    # As if it came from that phone: whoever is in the room with it gets it.
    leg_id, key = _checked(LEG_ID, "leg id", command.leg_id), _checked(_KEY, "key", command.key)
    return Action("PlayDTMF", (("Channel", leg_id), ("Digit", key), ("Duration", str(KEY_MS)), ("Receive", "1")))


def _set(leg_id: str, variable: str, value: str) -> Action:
    leg_id = _checked(LEG_ID, "leg id", leg_id)
    return Action("Setvar", (("Channel", leg_id), ("Variable", variable), ("Value", value)))


def _stop_recording(command: StopRecording) -> Action:
    return Action("StopMixMonitor", (("Channel", _checked(LEG_ID, "leg id", command.leg_id)),))


def _redirect(leg_id: str, context: str, extension: str) -> Action:
    place = (("Context", context), ("Exten", extension), ("Priority", "1"))
    return Action("Redirect", (("Channel", _checked(LEG_ID, "leg id", leg_id)), *place))


def _dial_string(command: DialOutside) -> str:
    """Number, caller's number, patience and whether nothing is shown in one extension: a redirect has no variables."""
    number = _checked(_OUTSIDE, "number", command.number)
    shown_as = _checked(_OUTSIDE, "shown number", command.shown_as) if command.shown_as else ""
    return f"{number}*{shown_as}*{round(command.ring_s)}*{int(command.withheld)}"


def _fallback(command: OfferToFallback) -> Action:
    interface = f"PJSIP/{_checked(_ENDPOINT, 'extension', command.extension)}"
    name = "QueueAdd" if command.available else "QueueRemove"
    return Action(name, (("Queue", "fallback"), ("Interface", interface)))


def mark_of(command: MuteRecording | MuteLeg) -> Action | None:
    """Return what leaves the pause on the channel, or takes it away: to be sent before a pause and after its end.

    So whoever reads it in between takes too much for paused, and never too little.
    """
    if isinstance(command, MuteLeg):
        return _set(command.leg_id, MUTED, "1" if command.muted else "")
    if command.recording_id is None:
        return None
    paused = _checked(_RECORDING_ID, "recording id", command.recording_id) if command.muted else ""
    return _set(command.leg_id, PAUSED, f"{paused}@{command.at_s:.3f}")


def _ring(command: RingAgent) -> Action:
    extension = _checked(EXTENSION, "extension", command.extension)
    is_outside = command.phone.kind is PhoneKind.OUTSIDE
    variables = {
        **({"CALLROOM_PERSISTENT": "1"} if command.stays else {"CALLROOM_CALL_ID": command.call_id}),
        "CALLROOM_AGENT": extension,
        # [fallback-member] looks there: app_queue sees a leg at the phone only when it rings.
        "GROUP(phone)": extension,
    }
    if command.supervises:
        variables["CALLROOM_SUPERVISES"] = "1"
    if command.dials or command.calls_back:
        variables["CALLROOM_OUTBOUND"] = "1"
    if not is_outside:  # the carrier has no use for our headers
        variables |= _headers(command)
    # The caller's name stays away: it is the trunk's text, and the screen gets it with the pop. A carrier is not given
    # the number either: it takes none but ours.
    return Action(
        *originate(
            _answered_at(command),
            _phone(command.phone, extension),
            command.leg_id,
            round(command.ring_s * 1000),
            variables,
            shown_number=None if is_outside else command.caller.number,
        )
    )


def _answered_at(command: RingAgent) -> Destination:
    if command.phone.asks_for_key:
        return Destination.AGENT_CONFIRM
    return Destination.AGENT_STAY if command.stays else Destination.AGENT_WAIT


def _phone(phone: Phone, extension: str) -> str:
    if phone.kind is PhoneKind.OUTSIDE:
        return f"PJSIP/{_checked(_OUTSIDE, 'number', phone.number)}@pstn"
    return f"PJSIP/{DESK if phone.kind is PhoneKind.SIP else ''}{extension}"


def _headers(command: RingAgent) -> dict[str, str]:
    """What tells the page which of its pops this INVITE belongs to, and whether it takes the call by itself."""
    told = {"Call": command.call_id} if command.call_id else {}
    told |= {
        name: "1"
        for name, is_so in (
            ("Rejoins", command.rejoins),
            ("Supervises", command.supervises),
            ("Dials", command.dials),
            ("Connects", command.connects),
            ("Persistent", command.stays),
        )
        if is_so
    }
    headers = {f"PJSIP_HEADER(add,X-Callroom-{name})": value for name, value in told.items()}
    if command.connects and command.phone.kind is PhoneKind.SIP:
        headers[AUTO_ANSWER] = ANSWER_NOW
    return headers


def _dial_customer(command: DialCustomer) -> Action:
    number = _checked(_OUTSIDE, "number", command.number)
    shown_as = _checked(_OUTSIDE, "shown number", command.shown_as) if command.shown_as else None
    variables = {
        "CALLROOM_CALL_ID": command.call_id,
        "CALLROOM_OUTBOUND": "1",
        "CALLROOM_CALLED": number,
        "CALLROOM_DIALED": shown_as or "",
    }
    if command.withheld:
        # Before the INVITE this is whose number the trunk is told.
        shown_as, variables["CONNECTEDLINE(pres)"] = None, "prohib"
    return Action(
        *originate(
            Destination.CALLED_BACK,
            f"PJSIP/{number}@pstn",
            command.leg_id,
            # The floor counts the seconds; the switch's are for a floor that is away.
            round((command.ring_s + SWITCH_MARGIN_S) * 1000),
            variables,
            shown_number=shown_as,
        )
    )


def _listen(command: ListenToLine) -> Action:
    return Action(
        *originate(
            Destination.LINE_LISTEN,
            f"AudioSocket/127.0.0.1:{command.port}/{command.stream_id}/c(slin)",
            command.leg_id,
            LISTENER_MS,
            {"CALLROOM_LISTENS_TO": command.peer},
        )
    )


_ACTIONS: dict[type[SwitchCommand], Callable[[Any], Action]] = {
    RingAgent: _ring,
    HangUpLeg: _hang_up,
    SendLeg: _send,
    DialOutside: _dial,
    DialCustomer: _dial_customer,
    ListenToLine: _listen,
    TakeBack: _take_back,
    MuteRecording: _mute,
    StopRecording: _stop_recording,
    MuteLeg: _mute_leg,
    PressKey: _press,
    OfferToFallback: _fallback,
}


def _checked(pattern: re.Pattern[str], field: str, value: str) -> str:
    if not pattern.fullmatch(value):
        raise UnsafeValue(field, "has characters that do not belong there")
    return value
