"""At the hang-up of a call that Callroom did not lead to its end: who answered it, and how long they talked."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from cti.clock import Clock
from cti.emergency.spool import EmergencyMessage, Spool
from cti.emergency.visit import Channel, read_moment, read_visit


def note_ending(channel: Channel, spool: Spool, clock: Clock, new_id: str) -> None:
    """Write the call's record, unless the conversation wrote one, which knows more."""
    spool.put(_record(channel, clock.now(), new_id), keep_earlier=True)


def _record(channel: Channel, now: datetime, new_id: str) -> EmergencyMessage:
    visit = read_visit(channel, now, new_id)
    began = read_moment(channel, "FALLBACK_SINCE")
    if began is None:
        return visit.record("gone", now)
    member = re.sub(r"[^0-9a-zA-Z/@._-]", "", channel.get_variable("MEMBERINTERFACE"))[:80]
    if not member:
        return visit.record("gave_up", now)
    # app_queue tells how long the caller held, in whole seconds, and not when the talk began
    held = channel.get_variable("QEHOLDTIME")
    held_s = int(held) if re.fullmatch(r"[0-9]{1,6}", held) else 0
    talk = min(began + timedelta(seconds=held_s), now)
    return replace(visit.record("answered", now), answered_by=member, talk_started_at=talk)
