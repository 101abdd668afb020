"""The one place that makes calls: every Originate of the tree is built here, from constants and checked values.

There is no way to name an application, and none to name a context, an extension or a variable that is not listed: who
could say more would have a shell.
"""

import re
from collections.abc import Mapping
from enum import Enum

from cti.errors import UnsafeValue

OUTSIDE = re.compile(r"PJSIP/\+?[0-9]{1,24}@pstn")
# A page, an agent's SIP telephone, or a whole number (E.164) that the trunk reaches.
PHONE = re.compile(r"PJSIP/(?:(?:desk-)?[0-9]{1,10}|\+[1-9][0-9]{5,14}@pstn)")
LEG_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,126}")
# Our own listener on this machine, by port and the stream's id; slin is the only form that it reads.
LISTENER = re.compile(r"AudioSocket/127\.0\.0\.1:[1-9][0-9]{3,4}/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/c\(slin\)")
SHOWN_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
_PLAIN = re.compile(r"[A-Za-z0-9_.:+#*/@-]*")
# A display name of the simulator's caller is any text that stays one variable of one header.
_NAME = re.compile(r"[^\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff,\\]{0,200}")
# No RFC, but what most desk phones read (Grandstream, Snom, Yealink): take the call at once.
AUTO_ANSWER, ANSWER_NOW = "PJSIP_HEADER(add,Call-Info)", "<sip:callroom>;answer-after=0"
_VARIABLES = {
    "CALLROOM_CALL_ID": _PLAIN,
    "CALLROOM_AGENT": _PLAIN,
    "GROUP(phone)": _PLAIN,
    "PJSIP_HEADER(add,X-Callroom-Call)": _PLAIN,
    "PJSIP_HEADER(add,X-Callroom-Rejoins)": _PLAIN,
    "CALLROOM_SUPERVISES": _PLAIN,
    "CALLROOM_PERSISTENT": _PLAIN,
    "PJSIP_HEADER(add,X-Callroom-Persistent)": _PLAIN,
    "PJSIP_HEADER(add,X-Callroom-Supervises)": _PLAIN,
    "CALLROOM_OUTBOUND": _PLAIN,
    "PJSIP_HEADER(add,X-Callroom-Dials)": _PLAIN,
    "PJSIP_HEADER(add,X-Callroom-Connects)": _PLAIN,
    AUTO_ANSWER: re.compile(re.escape(ANSWER_NOW)),
    "CALLROOM_CALLED": _PLAIN,
    "CALLROOM_DIALED": _PLAIN,
    "CALLROOM_LISTENS_TO": LEG_ID,
    "CONNECTEDLINE(pres)": _PLAIN,
    "CALLER_TO": _PLAIN,
    "CALLER_NUMBER": _PLAIN,
    "CALLER_NAME": _NAME,
    "CALLER_WITHHELD": _PLAIN,
    "CALLER_KEYS": _PLAIN,
    "CALLER_KEY_DELAY": _PLAIN,
    "CALLER_STAY": _PLAIN,
    "CALLER_AUDIO": _PLAIN,
}


class Destination(Enum):
    """Where an answered leg goes in the dialplan, and which channels may go there."""

    AGENT_WAIT = ("agent-wait", PHONE)
    AGENT_STAY = ("agent-stay", PHONE)
    AGENT_CONFIRM = ("agent-confirm", PHONE)
    CALLED_BACK = ("callroom-called-back", OUTSIDE)
    LINE_LISTEN = ("line-listen", LISTENER)
    SIMULATED_CALLER = ("pstn-caller", re.compile(r"Local/dial@pstn-caller-out/n"))


def originate(
    destination: Destination,
    channel: str,
    leg_id: str,
    timeout_ms: int,
    variables: Mapping[str, str],
    *,
    other_leg_id: str | None = None,
    shown_number: str | None = None,
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the action's name and headers, or raise UnsafeValue; a `shown_number` that is none is left out."""
    context, channels = destination.value
    headers = [("Channel", _checked(channels, "channel", channel)), ("ChannelId", _checked(LEG_ID, "leg id", leg_id))]
    if other_leg_id is not None:
        headers.append(("OtherChannelId", _checked(LEG_ID, "leg id", other_leg_id)))
    headers += [("Context", context), ("Exten", "s"), ("Priority", "1")]
    headers += [("Timeout", str(max(1000, timeout_ms))), ("Async", "true")]
    headers += [_variable(name, value) for name, value in variables.items()]
    if shown_number is not None and SHOWN_NUMBER.fullmatch(shown_number):
        headers.append(("CallerID", f"<{shown_number}>"))
    return "Originate", tuple(headers)


def _variable(name: str, value: str) -> tuple[str, str]:
    """Asterisk splits the value at commas into further variables and evaluates functions in the name."""
    pattern = _VARIABLES.get(name)
    if pattern is None:
        raise UnsafeValue("variable name", "is not one that Callroom sets")
    return "Variable", f"{name}={_checked(pattern, name, value)}"


def _checked(pattern: re.Pattern[str], field: str, value: str) -> str:
    if not pattern.fullmatch(value):
        raise UnsafeValue(field, "has characters that do not belong there")
    return value
