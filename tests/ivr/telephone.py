"""A handler on a fake channel and a fake floor: the test speaks for both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cti.domain.commands import LineCommand
from cti.domain.events import CallArrived, CallLeft, Event
from cti.domain.values import EndReason, OutboundSettings, QueueSettings
from cti.errors import Refused
from cti.line import Line
from cti.tasks import TaskSet
from ivr.arrival import ARGUMENTS
from ivr.domain.flow import Flow, parse_flow
from ivr.domain.hours import Calendar
from ivr.domain.known import Known
from ivr.domain.steps import KnownCaller
from ivr.ports import Entry, Promise, Prompt, Recording, VoicemailContext, VoicemailTaken
from ivr.service import CallHandler
from ivr.settings import IvrSettings
from tests.agi_peer import FakeAsteriskChannel

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
# Announcements and lease renewals come at once, so that no test has to wait for them.
SETTINGS = IvrSettings(
    recordings_folder="/r",
    renew_every_s=0.02,
    lookup_limit_s=0.05,
    first_announcement_s=0.02,
    after_talk_s=0.05,
)


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return NOW


@dataclass
class FakeFloor:
    """Takes note of what lines tell; the test gives the orders, `first` those with the arrival."""

    refuses: set[type] = field(default_factory=set)
    told: list[Event] = field(default_factory=list)
    line: Line | None = None
    place: tuple[int, float | None] | None = None
    first: tuple[LineCommand, ...] = ()

    def open_line(self, event: CallArrived) -> Line:
        self.told.append(event)
        self.line = Line(event.call_id, self)
        self.order(*self.first)
        return self.line

    def step(self, event: Event) -> None:
        if type(event) in self.refuses:
            raise Refused("unknown_queue")
        self.told.append(event)

    def line_ended(self, line: Line, event: Event) -> None:
        self.told.append(event)

    def position(self, call_id: str) -> tuple[int, float | None] | None:
        return self.place

    def order(self, *orders: LineCommand) -> None:
        assert self.line is not None
        for order in orders:
            self.line.give(order)

    @property
    def end(self) -> EndReason | None:
        """Why the call is over, as the floor was told; it was told exactly once."""
        (left,) = (event for event in self.told if isinstance(event, CallLeft))
        return left.reason

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.told]


@dataclass
class FakeSource:
    """One entry, a few queues."""

    entry: Entry
    queues: dict[int, QueueSettings] = field(default_factory=dict)
    calendars: dict[int, Calendar] = field(default_factory=dict)

    settings: OutboundSettings = field(default_factory=OutboundSettings)

    def outbound(self) -> OutboundSettings:
        return self.settings

    def calendar(self, calendar_id: int) -> Calendar | None:
        return self.calendars.get(calendar_id)

    flows: dict[int, Flow] = field(default_factory=dict)

    def flow(self, flow_id: int) -> Flow | None:
        return self.flows.get(flow_id)

    def entry_for(self, dialed: str) -> Entry:
        return self.entry

    def queue(self, queue_id: int) -> QueueSettings | None:
        return self.queues.get(queue_id)


@dataclass
class FakePrompts:
    """Every prompt is there, but those in `missing`; the path tells name and language."""

    missing: set[str] = field(default_factory=set)

    def find(self, name: str, language: str) -> Prompt | None:
        return None if name in self.missing else Prompt(f"/p/{language}/{name}", 0.01)


@dataclass
class FakeBox:
    """Takes every message that has sound on it."""

    has_sound: bool = True
    kept: list[VoicemailContext] = field(default_factory=list)

    def new_recording(self) -> Recording:
        return Recording("v1", "/v/v1")

    async def finish(self, recording: Recording, context: VoicemailContext) -> VoicemailTaken | None:
        if not self.has_sound:
            return None
        self.kept.append(context)
        return VoicemailTaken(recording.voicemail_id, context, f"{recording.path}.wav", 3.0, NOW)


@dataclass
class FakeDesk:
    """Answers every wish to be called in one way."""

    answer: Promise = Promise.GIVEN
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def promise(self, call_id: str, number: str) -> Promise:
        self.asked.append((call_id, number))
        return self.answer


@dataclass
class FakeCustomers:
    """Knows one number at most."""

    known: KnownCaller | None = None
    fails: BaseException | None = None
    delay_s: float = 0.0
    asked: list[str] = field(default_factory=list)

    async def find(self, number: str) -> KnownCaller | None:
        self.asked.append(number)
        await asyncio.sleep(self.delay_s)
        if self.fails is not None:
            raise self.fails
        return self.known


class Story:
    """One call: `async with story.running() as channel` to intervene, or `await story.play()`."""

    def __init__(self, flow: dict[str, Any] | None, *, default_queue_id: int | None = 1, **channel: Any) -> None:
        variables = {"CALLROOM_CALL_ID": "c1", "CALLROOM_DIALED": "4001", **channel.pop("variables", {})}
        said = {"pres": variables.get("CALLERID(pres)", ""), **variables}
        args = [said.get(name, "") for name in ARGUMENTS]
        self.channel = FakeAsteriskChannel(variables=variables, args=args, **channel)
        self.floor = FakeFloor()
        parsed = None if flow is None else parse_flow(flow, Known(numbers=None))
        queues = {number: QueueSettings(number, f"q{number}", announce_every_s=30) for number in (1, 2)}
        self.source = FakeSource(Entry("4001", parsed, default_queue_id, "zh"), queues)
        self.prompts = FakePrompts()
        self.box = FakeBox()
        self.customers = FakeCustomers()
        self.settings = SETTINGS
        self.desk = FakeDesk()

    def handler(self) -> CallHandler:
        return CallHandler(
            self.floor,
            self.source,
            self.customers,
            self.prompts,
            self.box,
            FixedClock(),
            self.settings,
            self.desk,
        )

    async def play(self) -> None:
        """To the end, with whatever was prepared."""
        async with asyncio.timeout(5):
            await self.channel.run(self.handler())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeAsteriskChannel]:
        """The call goes on while the test's block runs, and must end soon after it."""
        tasks = TaskSet()
        call = tasks.start(self.play(), name="story")
        try:
            yield self.channel
            await call
        finally:
            await tasks.aclose()

    @property
    def said(self) -> list[str]:
        """Names of the prompts, without path."""
        return [path.removeprefix("/p/zh/").removeprefix("/p/") for path in self.channel.played]

    def commands(self, *begin: str) -> list[list[str]]:
        """All commands that begin with these words."""
        return [words for words in self.channel.commands if tuple(words[: len(begin)]) == begin]


def waits(channel: FakeAsteriskChannel) -> bool:
    """The caller hears music."""
    return channel.music is not None


def talks(channel: FakeAsteriskChannel) -> bool:
    """The caller is in a bridge."""
    return channel.bridged_with is not None
