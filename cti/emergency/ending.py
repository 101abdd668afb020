"""At the hang-up of a call that Callroom did not lead to its end: who answered it, and how long they talked."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cti.clock import Clock
from cti.emergency.spool import SHORTEST_WAV_BYTES, EmergencyMessage, Spool
from cti.emergency.visit import Channel, read_moment, read_visit

# So long Callroom has to take a message that a caller ended by hanging up, as most do.
LEFT_TO_CALLROOM_S = 5.0
LOOK_EVERY_S = 0.1
MESSAGE_ID = re.compile(r"[0-9a-z-]{1,64}")


def note_ending(
    channel: Channel,
    spool: Spool,
    clock: Clock,
    new_id: str,
    voicemails: Path,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write the call's record, unless the conversation wrote one, which knows more.

    `voicemails` is where Asterisk records messages for Callroom: a call that had one is Callroom's, if that takes it.
    """
    message_id = channel.get_variable("CALLROOM_MESSAGE")
    if MESSAGE_ID.fullmatch(message_id):
        _keep_message(channel, spool, clock, new_id, voicemails / f"{message_id}.wav", sleep)
    else:
        spool.put(_record(channel, clock.now(), new_id), keep_earlier=True)


def _keep_message(
    channel: Channel, spool: Spool, clock: Clock, new_id: str, recorded: Path, sleep: Callable[[float], None]
) -> None:
    """Both take it by renaming the file, so one of them has it."""
    for _ in range(round(LEFT_TO_CALLROOM_S / LOOK_EVERY_S)):
        if not recorded.exists():
            return
        sleep(LOOK_EVERY_S)
    now = clock.now()
    visit = read_visit(channel, now, new_id)
    if recorded.stat().st_size >= SHORTEST_WAV_BYTES:
        spool.put(visit.record("voicemail", now), recorded)
    else:
        recorded.unlink(missing_ok=True)
        spool.put(visit.record("gave_up", now), keep_earlier=True)


def _record(channel: Channel, now: datetime, new_id: str) -> EmergencyMessage:
    visit = read_visit(channel, now, new_id)
    began = read_moment(channel, "FALLBACK_SINCE")
    if began is None:
        return visit.record("gone", now)
    member = re.sub(r"[^0-9a-zA-Z/@._-]", "", channel.get_variable("MEMBERINTERFACE"))[:80]
    if not member and visit.caller_number and channel.get_variable("CALLROOM_NOTED") == "1":
        # too many at once: the dialplan said that they are called back
        return replace(visit.record("callback", now), callback_number=visit.caller_number)
    if not member:
        return visit.record("gave_up", now)
    # app_queue tells how long the caller held, in whole seconds, and not when the talk began
    held = channel.get_variable("QEHOLDTIME")
    held_s = int(held) if re.fullmatch(r"[0-9]{1,6}", held) else 0
    talk = min(began + timedelta(seconds=held_s), now)
    return replace(visit.record("answered", now), answered_by=member, talk_started_at=talk)
