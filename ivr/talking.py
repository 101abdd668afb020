"""The talk: the customer's leg goes into a bridge with the agent's waiting leg, and comes back when it is over."""

import logging

from cti.domain.commands import Join, LineCommand, TapeIsSilent
from cti.domain.take_words import TapeRuns
from cti.errors import ActionRefused
from ivr.arrival import HELD, TALKED_VARIABLE
from ivr.leg import Leg

_log = logging.getLogger(__name__)
# D: both directions interleaved, caller left and agent right. b: only while bridged, so neither music nor the
# goodbye is on the recording and its length is that of the talk.
RECORDING_OPTIONS = "Db"
# A recording that outlives its bridge hears the agent no more in the next one (seen on 22.10.1): it is stopped, and
# begun again at the end of its file.
APPEND = "a"
# So long the floor may take to have a recording silenced that goes on in a pause: the caller hears music meanwhile.
SILENT_WITHIN_S = 5.0


class Talk:
    """Knows what is being recorded, because a talk that is taken up again goes on in the same file."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._recording: str | None = None
        self._recorded: set[str] = set()
        # A Callroom that was killed may have left a recorder at work, and half a talk in its file.
        self._is_second = self._may_run = leg.arrival.event.talked_before or leg.arrival.event.held

    async def join(self, order: Join) -> bool:
        """Bridge with the agent's leg until one side leaves; True when they did talk and the customer is still here."""
        # the last renewal was seconds ago, and these take milliseconds
        await self._leg.stop_music()
        if not order.silently:
            await self._record(order.recording_id)
        return await self._bridge(order.channel or order.leg_id)

    async def begin_silently(self, order: Join) -> LineCommand | None:
        """Before `join`: have a recording go on that has to be silent; what cannot be silenced is not recorded.

        Return another order if one came instead.
        """
        await self._record(order.recording_id)
        await self._leg.line.tell(TapeRuns(order.call_id))
        answer = await self._leg.session.while_here(self._leg.line.next_order(SILENT_WITHIN_S))
        if not (isinstance(answer, TapeIsSilent) and answer.succeeded):
            _log.error("Recording could not be silenced", extra={"recording_id": order.recording_id})
            await self._record(None)
        return None if isinstance(answer, TapeIsSilent) else answer

    async def begin(self, recording_id: str) -> bool:
        """Before `join`: a recording that somebody asked for; False when the switch refuses it."""
        return await self._record(recording_id)

    async def keep_waiting(self) -> None:
        """The talk was cut off by us, not ended: back to the rules for callers in line."""
        await self._wait("0")

    async def keep_for_agent(self) -> None:
        """The same for a while: a Callroom that comes after this one looks whether the agent is still there."""
        await self._wait(HELD)

    async def _wait(self, word: str) -> None:
        await self._leg.session.set_variable(TALKED_VARIABLE, word)
        await self._record(None)

    async def end_recording(self) -> None:
        """The caller goes on with somebody who is not ours."""
        await self._record(None)

    async def _bridge(self, leg_id: str) -> bool:
        try:
            await self._leg.session.gosub("callroom-join", leg_id)
        except ActionRefused:
            _log.exception("Bridge refused", extra={"leg_id": leg_id})
            return False
        return await self._leg.session.get_variable("BRIDGERESULT") == "SUCCESS"

    async def _record(self, recording_id: str | None) -> bool:
        if self._may_run:
            self._may_run = False
            await self._stop_recording("of before")
        if recording_id == self._recording:
            return True
        if self._recording is not None:
            await self._stop_recording(self._recording)
        self._recording = recording_id
        return recording_id is None or await self._start_recording(recording_id)

    async def _stop_recording(self, recording_id: str) -> None:
        try:
            await self._leg.session.execute("StopMixMonitor", "")
        except ActionRefused:
            _log.exception("Recording did not stop", extra={"recording_id": recording_id})

    async def _start_recording(self, recording_id: str) -> bool:
        options = RECORDING_OPTIONS + (APPEND if self._is_second or recording_id in self._recorded else "")
        self._recorded.add(recording_id)
        try:
            await self._leg.session.execute(
                "MixMonitor", f"{self._leg.settings.recordings_folder}/{recording_id}.raw", options
            )
        except ActionRefused:
            # A talk that is not recorded is better than none.
            _log.exception("Recording did not start", extra={"recording_id": recording_id})
            return False
        return True
