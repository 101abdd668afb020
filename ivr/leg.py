"""What every part of a customer's call works on: the channel, its place on the floor, and the means to speak."""

import logging
from dataclasses import dataclass

from cti.agi.session import AgiSession
from cti.errors import ActionRefused
from cti.line import Line
from cti.tasks import TaskSet
from ivr.arrival import Arrival
from ivr.lease import Lease
from ivr.ports import CallbackDesk
from ivr.recognition import Recognition
from ivr.settings import IvrSettings
from ivr.speaker import Speaker

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leg:
    """The customer's leg while it is with us; `tasks` end with it."""

    session: AgiSession
    line: Line
    arrival: Arrival
    lease: Lease
    speaker: Speaker
    recognition: Recognition
    tasks: TaskSet
    settings: IvrSettings
    callbacks: CallbackDesk | None = None

    async def stop_music(self) -> None:
        """Have it quiet; where Asterisk refuses, the call goes on all the same."""
        try:
            await self.session.music_off()
        except ActionRefused:
            _log.exception("Music cannot be stopped", extra={"call_id": self.line.call_id})
