"""The PSTN simulator's numbers, and how to make it call in.

The last two digits of a dialed number decide its fate; the two digits before them are seconds of talk where somebody
talks (00 = 20 s), and the two before those choose the tone of who hums (`hum_hz`). This table is the only place that
says so: the dialplan is rendered from it.
"""

import re
import uuid
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Literal

from cti.ami.connection import AmiConnection
from cti.ami.originate import Destination, originate
from cti.asterisk.layout import LOOPBACK, PstnSettings
from cti.asterisk.manager_link import manager_link
from cti.errors import ActionRefused, UnsafeValue

Audio = Literal["speech", "tone440", "silence"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to a call to a number with this ending; `steps` are dialplan applications."""

    ending: str
    name: str
    english: str
    chinese: str
    cause: int | None
    steps: tuple[str, ...]


# How long somebody talks: DIALED's third and fourth digit from the end.
_TALK_S = "${IF($[0${DIALED:-4:2}>0]?${DIALED:-4:2}:20)}"
_TONE_FIRST_HZ, _TONE_STEP_HZ = 500, 5
"""No tone of networks and fax machines is among the hundred: they begin below (450 Hz) or above (1100 Hz)."""
_TONE = f"$[{_TONE_FIRST_HZ}+{_TONE_STEP_HZ}*0${{FILTER(0-9,${{DIALED:-6:2}})}}]"
_HUMS_S = 2.2
"""Longer than the two seconds within which somebody has to be there who hears it."""
_RING = ("Ringing()", "Wait(2)")
_PICK_UP = (*_RING, "Answer(0,i)")

FATES: tuple[Fate, ...] = (
    Fate("00", "talks", "answers after 2 s, talks, hangs up", "2 秒后接听,说话,挂断", 16,
         (*_PICK_UP, f"Set(TIMEOUT(absolute)={_TALK_S})", "While(1)", "Playback(@@SOUNDS@@/person)", "Wait(1)",
          "EndWhile()")),
    Fate("01", "silent", "answers after 2 s and says nothing, hangs up", "2 秒后接听,不说话,挂断", 16,
         (*_PICK_UP, f"Wait({_TALK_S})", "Hangup(16)")),
    Fate("02", "busy", "busy", "忙音", 17, ("Hangup(17)",)),
    Fate("03", "rings_out", "rings for 60 s, nobody answers", "振铃 60 秒无人接听", 19,
         ("Ringing()", "Wait(60)", "Hangup(19)")),
    Fate("04", "rejects", "rings, then rejects", "振铃后拒接", 21, ("Ringing()", "Wait(1)", "Hangup(21)")),
    Fate("05", "unallocated", "no such number (404)", "空号(404)", 1, ("Hangup(1)",)),
    Fate("06", "announced", "says in early media that the number does not exist, then 404",
         "早期媒体播放空号提示音,然后 404", 1,
         ("Progress()", "Wait(0.5)", "Playback(@@SOUNDS@@/unallocated,noanswer)", "Hangup(1)")),
    Fate("07", "voicemail", "voicemail: greeting, beep, listens 30 s", "语音信箱:问候语、提示音、听 30 秒", 16,
         (*_PICK_UP, "Wait(0.5)", "Playback(@@SOUNDS@@/voicemail)", "Playback(beep)", "Wait(30)", "Hangup(16)")),
    Fate("08", "hangs_up", "answers, hangs up after 2 s", "接听 2 秒后挂断", 16,
         (*_PICK_UP, "Wait(2)", "Hangup(16)")),
    Fate("09", "declines", "declined everywhere (603)", "全局拒绝(603)", 21,
         ("Ringing()", "Wait(1)", "PJSIPHangup(603)")),
    Fate("10", "trunk_failure", "the carrier fails (503)", "运营商故障(503)", 34, ("PJSIPHangup(503)",)),
    Fate("11", "menu", "answers after 2 s; keys 1-9 hum 600-1400 Hz", "2 秒后接听,按 1-9 发出 600-1400 Hz", 16,
         (*_PICK_UP, f"Set(TIMEOUT(absolute)={_TALK_S})", "While(1)", f"Read(KEY,,1,,1,{_TALK_S})",
          "ExecIf($[\"${KEY}\"!=\"\"]?PlayTones($[500+100*0${FILTER(0-9,${KEY})}]))", "Wait(4)", "StopPlayTones()",
          "EndWhile()")),
    Fate("12", "confirms", "answers after 2 s, presses 1 after 1 s, then talks", "2 秒后接听,1 秒后按 1,然后说话", 16,
         (*_PICK_UP, "Wait(1)", "SendDTMF(1)", "Goto(talks,3)")),
    Fate("13", "hums", "answers after 2 s, hums a tone of its own for 2.2 s, then repeats what it hears, hangs up",
         "2 秒后接听,发出自己的音调 2.2 秒,然后重复听到的声音,挂断", 16,
         (*_PICK_UP, f"Set(TIMEOUT(absolute)={_TALK_S})", f"PlayTones({_TONE})", f"Wait({_HUMS_S})", "StopPlayTones()",
          "Echo()")),
)  # fmt: skip
OTHERWISE = FATES[0]


def fate_of(number: str) -> Fate:
    """Return what the simulator does with a number; an ending that is not in the table is answered by a person."""
    return next((fate for fate in FATES if number.endswith(fate.ending)), OTHERWISE)


def hum_hz(number: str) -> int:
    """Return the tone of who hums: 500 Hz, and 5 Hz for each that the number's two digits before the seconds count."""
    return _TONE_FIRST_HZ + _TONE_STEP_HZ * int(number[-6:-4])


def dialplan_of_fates() -> str:
    """Return the simulated network's numbers as dialplan extensions."""
    blocks = []
    for fate in FATES:
        lines = [f"; ...{fate.ending}: {fate.english}"]
        lines += [
            f"{'exten => ' + fate.name + ',1' if i == 0 else ' same => n'},{step}" for i, step in enumerate(fate.steps)
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def choice_of_fates() -> str:
    """Return the lines that send a dialed number to its fate."""
    return "\n".join(f' same => n,GotoIf($["${{DIALED:-2}}"="{fate.ending}"]?fates,{fate.name},1)' for fate in FATES)


async def call_in(
    pstn: PstnSettings,
    to: str,
    from_number: str | None,
    *,
    name: str = "",
    keys: str = "1",
    key_delay_s: float = 4.0,
    stay_s: float = 120.0,
    audio: Audio = "speech",
) -> str:
    """Let somebody out there dial `to`; return the caller's channel id at the simulator as soon as it is dialing.

    `from_number` None withholds it. `keys` are pressed `key_delay_s` after the answer (`w` waits half a second), then
    the caller speaks, hums 440 Hz or keeps silent until `stay_s` after the answer.
    """
    check_caller(to, from_number, name, keys)
    channel_id = f"pstn-{uuid.uuid4()}"
    variables = {
        "CALLER_TO": to,
        "CALLER_NUMBER": from_number or "",
        "CALLER_NAME": name,
        "CALLER_WITHHELD": "0" if from_number else "1",
        "CALLER_KEYS": keys,
        "CALLER_KEY_DELAY": f"{key_delay_s:.2f}",
        "CALLER_STAY": f"{stay_s:.0f}",
        "CALLER_AUDIO": audio,
    }
    async with _manager(pstn) as link:
        await link.call(
            *originate(
                Destination.SIMULATED_CALLER,
                "Local/dial@pstn-caller-out/n",
                channel_id,
                90_000,
                variables,
                other_leg_id=f"{channel_id}-out",
            )
        )
    return channel_id


async def hang_up(pstn: PstnSettings, channel_id: str) -> None:
    """Let a caller of `call_in` put the phone down; one who is gone is no error."""
    async with _manager(pstn) as link:
        for name, found_id in await _channels(link):
            if found_id in {channel_id, f"{channel_id}-out"}:
                # The first hang-up takes the other half along.
                with suppress(ActionRefused):
                    await link.call("Hangup", (("Channel", name), ("Cause", "16")))


async def press(pstn: PstnSettings, channel_id: str, keys: str) -> None:
    """Let a caller of `call_in` press keys now, whatever they are doing; one who is gone presses none."""
    check_caller("0", None, "", keys)
    async with _manager(pstn) as link:
        for name, found_id in await _channels(link):
            if found_id == channel_id:
                for key in keys:
                    await link.call("PlayDTMF", (("Channel", name), ("Digit", key), ("Duration", "200")))


async def active_calls(pstn: PstnSettings) -> tuple[str, ...]:
    """Return the channel ids of the simulator's callers that are there now."""
    async with _manager(pstn) as link:
        ids = [found_id for _, found_id in await _channels(link)]
    return tuple(i for i in ids if i.startswith("pstn-") and not i.endswith("-out"))


def check_caller(to: str, from_number: str | None, name: str, keys: str) -> None:
    """Raise UnsafeValue for what is no number, no keys, or a name that would not fit into a SIP header."""
    for field, value, pattern in (
        ("to", to, r"\+?[0-9]{1,20}"),
        ("from_number", from_number or "0", r"\+?[0-9]{1,20}"),
        ("keys", keys, r"[0-9*#wW]{0,40}"),
    ):
        if not re.fullmatch(pattern, value):
            raise UnsafeValue(field, f"does not match {pattern}")
    if not name.isprintable() or len(name.encode()) > 200:
        raise UnsafeValue("name", "has control characters or is longer than 200 bytes")


def _manager(pstn: PstnSettings) -> AbstractAsyncContextManager[AmiConnection]:
    return manager_link(LOOPBACK, pstn.ami_port, pstn.ami_user, pstn.secrets.pstn_ami_secret)


async def _channels(link: AmiConnection) -> list[tuple[str, str]]:
    """Return name and id of every channel of the simulator."""
    answer = await link.call("CoreShowChannels")
    return [(item.get("Channel"), item.get("Uniqueid")) for item in answer.items]
