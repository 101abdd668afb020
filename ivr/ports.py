"""What the telephone menu needs from the rest of Callroom, as it asks for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cti.domain.events import CallArrived
from cti.domain.values import OutboundSettings, QueueSettings
from cti.line import Line
from ivr.domain.flow import Flow
from ivr.domain.hours import Calendar
from ivr.domain.steps import KnownCaller


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands behind a dialed number. `flow` None: broken or none, callers go to the default queue."""

    number: str
    flow: Flow | None
    default_queue_id: int | None
    language: str = "zh"
    calendar_id: int | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sound file as Asterisk wants it named: absolute, without the extension."""

    path: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class VoicemailContext:
    """Whose message it is."""

    call_id: str
    number: str | None
    dialed: str
    queue_id: int | None
    customer_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class VoicemailTaken:
    """A message that a caller left; `path` is the finished WAV file."""

    voicemail_id: str
    context: VoicemailContext
    path: str
    duration_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to be: Asterisk writes `path` with .wav behind it."""

    voicemail_id: str
    path: str


class FlowSource(Protocol):
    """Entries and queues in memory: nothing on the call path waits for SQL."""

    def entry_for(self, dialed: str) -> Entry:
        """Return the entry of this number; a number that nobody set up has an entry too."""

    def queue(self, queue_id: int) -> QueueSettings | None:
        """Return the settings of a line, None if it is gone."""

    def calendar(self, calendar_id: int) -> Calendar | None:
        """Return business hours, None if they are gone."""

    def flow(self, flow_id: int) -> Flow | None:
        """Return a flow by itself, as a campaign has one; None if it is gone, or not usable."""

    def outbound(self) -> OutboundSettings:
        """Return how calls that agents dial are made."""


class CustomerLookup(Protocol):
    """The CRM's memory for numbers; given 300 ms."""

    async def find(self, number: str) -> KnownCaller | None:
        """Return the one customer with this number; None for nobody or for more than one."""


class PromptStore(Protocol):
    """Sound files by name and language."""

    def find(self, name: str, language: str) -> Prompt | None:
        """Return the prompt, in another language rather than not at all."""


class VoicemailBox(Protocol):
    """Where messages are recorded and kept."""

    def new_recording(self) -> Recording:
        """Return a place that nobody else has, under a name that the server made."""

    async def finish(self, recording: Recording, context: VoicemailContext) -> VoicemailTaken | None:
        """Publish what was recorded and pass it on; None, and nothing kept, when there is next to nothing on it."""


class Promise(StrEnum):
    """What became of a wish to be called: GIVEN is written down, and the place in line is the callback's."""

    GIVEN = "given"
    REFUSED = "refused"
    FAILED = "failed"


class CallbackDesk(Protocol):
    """Where callers' wishes to be called are taken."""

    async def promise(self, call_id: str, number: str) -> Promise:
        """Ask the dial policy, write it down, and let the floor know; on disk when this returns GIVEN."""


class Lines(Protocol):
    """The door to the floor."""

    def open_line(self, event: CallArrived) -> Line:
        """Register the running coroutine as the customer's."""
