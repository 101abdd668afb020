"""The FastAGI handler: one coroutine per customer's leg, from the first ring to the last word."""

import logging
from contextlib import suppress

from cti.about import about_call
from cti.agi.session import AgiSession
from cti.clock import Clock
from cti.domain.values import EndReason
from cti.errors import ActionRefused, CallerGone, Refused
from cti.line import Line
from cti.tasks import TaskSet
from ivr.arrival import Arrival, read_arrival
from ivr.customer import CustomerCall
from ivr.lease import Lease
from ivr.leg import Leg
from ivr.ports import CallbackDesk, CustomerLookup, FlowSource, Lines, PromptStore, VoicemailBox
from ivr.recognition import Recognition
from ivr.settings import IvrSettings
from ivr.speaker import Speaker

_log = logging.getLogger(__name__)


class CallHandler:
    """Give it to the AgiServer.

    Leaves CALLROOM_DONE=1 on the channel when the call was brought to its end; without it the dialplan knows that
    Callroom broke off, and looks after the caller itself.
    """

    def __init__(
        self,
        lines: Lines,
        flows: FlowSource,
        lookup: CustomerLookup,
        prompts: PromptStore,
        voicemail: VoicemailBox,
        clock: Clock,
        settings: IvrSettings,
        callbacks: CallbackDesk | None = None,
    ) -> None:
        """Without `callbacks` nobody is offered one."""
        self._callbacks = callbacks
        self._lines = lines
        self._flows = flows
        self._lookup = lookup
        self._prompts = prompts
        self._voicemail = voicemail
        self._clock = clock
        self._settings = settings

    async def __call__(self, session: AgiSession) -> None:
        """Serve one caller; never lets an error out but the one that ends this task."""
        try:
            arrival = read_arrival(session, self._settings.node, self._clock.now())
            line = self._lines.open_line(arrival.event)
        except CallerGone:
            return
        except Refused:
            # Whoever dialed them did so before a restart: without CALLROOM_DONE the dialplan does what is to be done.
            _log.warning("Nobody here dialed whoever answered", extra={"leg_id": session.variables.get("agi_uniqueid")})
            return
        with about_call(line.call_id):
            tasks = TaskSet()
            call = self._call(session, line, arrival, tasks)
            try:
                await self._serve(session, line, call)
            except CallerGone as gone:
                await line.close(call.reason_if_gone, gone.cause, cut_off=gone.cut_off)
            finally:
                await tasks.aclose()

    async def _serve(self, session: AgiSession, line: Line, call: CustomerCall) -> None:
        try:
            await session.answer()
            # from now on the call is on the floor: the dialplan need not write down that there was one
            await session.set_variable("CALLROOM_KNOWN", "1")
            reason = await call.run()
        except CallerGone:
            raise
        except Exception:
            _log.exception("Call failed, caller goes to the default queue", extra={"call_id": line.call_id})
            reason = await self._rescue(call, line)
        if reason is not EndReason.FAILED:
            with suppress(CallerGone, ActionRefused):
                await session.set_variable("CALLROOM_DONE", "1")
        await line.close(reason)

    async def _rescue(self, call: CustomerCall, line: Line) -> EndReason:
        try:
            return await call.rescue()
        except CallerGone:
            raise
        except Exception:
            _log.exception("Call failed again, left to the dialplan", extra={"call_id": line.call_id})
            return EndReason.FAILED

    def _call(self, session: AgiSession, line: Line, arrival: Arrival, tasks: TaskSet) -> CustomerCall:
        entry = self._flows.entry_for(arrival.event.dialed)
        lease = Lease(session, self._settings.lease_s)
        speaker = Speaker(session, self._prompts, lease, entry.language)
        recognition = Recognition(line, self._lookup, self._settings.lookup_limit_s)
        if not arrival.event.outbound:  # whom an agent dialed was looked up when they did
            recognition.start(arrival.event.caller.number, tasks)
        leg = Leg(session, line, arrival, lease, speaker, recognition, tasks, self._settings, self._callbacks)
        return CustomerCall(leg, entry, self._flows, self._voicemail, self._clock)
