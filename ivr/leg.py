"""What every part of a customer's call works on: the channel, its place on the floor, and the means to speak."""

from dataclasses import dataclass

from cti.agi.session import AgiSession
from cti.line import Line
from cti.tasks import TaskSet
from ivr.arrival import Arrival
from ivr.lease import Lease
from ivr.recognition import Recognition
from ivr.settings import IvrSettings
from ivr.speaker import Speaker


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
