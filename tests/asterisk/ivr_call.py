"""The real handler behind a real Asterisk: the carrier's caller on one side, a scripted floor on the other."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cti.agi.server import AgiServer
from cti.asterisk.install import require_tool
from cti.asterisk.layout import LOOPBACK
from cti.clock import SystemClock
from cti.domain.values import QueueSettings
from ivr.domain.flow import parse_flow
from ivr.domain.known import Known
from ivr.ports import Entry, VoicemailTaken
from ivr.prompts import PromptLibrary
from ivr.service import CallHandler
from ivr.settings import IvrSettings
from ivr.tools import SoundTools
from ivr.voicemail import VoicemailFolder
from tests.asterisk.pair import Ami, Pair, eventually
from tests.ivr.telephone import FakeCustomers, FakeFloor, FakeSource

RATE_HZ = 8000


@dataclass
class Front:
    """Callroom as far as one caller meets it; `floor` is the test's to play."""

    pair: Pair
    floor: FakeFloor
    source: FakeSource
    prompts: PromptLibrary
    customers: FakeCustomers
    server: AgiServer
    voicemails: list[VoicemailTaken] = field(default_factory=list)

    async def told(self, name: str, timeout_s: float) -> None:
        """Wait until the floor was told an event of this name."""

        async def check() -> bool:
            return name in self.floor.names()

        await eventually(check, timeout_s, f"{name} told to the floor")


@contextlib.asynccontextmanager
async def front_desk(pair: Pair, prompts: PromptLibrary, flow: dict[str, Any], home: Path) -> AsyncIterator[Front]:
    """Serve calls with this flow until the block ends."""
    floor = FakeFloor()
    queues = {1: QueueSettings(1, "Support", announce_every_s=5)}
    source = FakeSource(Entry("4001", parse_flow(flow, Known(numbers=None)), 1, "en"), queues)
    customers = FakeCustomers()
    taken: list[VoicemailTaken] = []

    async def note(voicemail: VoicemailTaken) -> None:
        taken.append(voicemail)

    box = VoicemailFolder(pair.settings.voicemails_incoming.parent, lambda: uuid.uuid4().hex, SystemClock(), note)
    settings = IvrSettings(recordings_folder=str(pair.settings.recordings_incoming), voicemail_silence_s=3)
    handler = CallHandler(floor, source, customers, prompts, box, SystemClock(), settings)
    server = AgiServer(LOOPBACK, pair.settings.agi_port, handler)
    await server.start()
    try:
        yield Front(pair, floor, source, prompts, customers, server, taken)
    finally:
        await server.aclose()


async def put_ear(pair: Pair, path: Path) -> None:
    """Record at the carrier what the caller hears, from now until the call ends."""

    async def trunk() -> str:
        listed = await pair.pstn.command("core show channels concise")
        names = (line.split("!")[0] for line in listed.splitlines())
        return next((name for name in names if name.startswith("PJSIP/callroom")), "")

    await eventually(trunk, 5, "the carrier's leg to Callroom")
    await pair.pstn.command(f"mixmonitor start {await trunk()} {path},D")


Sound = np.ndarray[Any, np.dtype[np.float64]]


def heard(path: Path) -> Sound:
    """What came from Callroom: the left side of the carrier's recording."""
    return np.frombuffer(path.read_bytes()[: path.stat().st_size // 4 * 4], dtype="<i2")[0::2].astype(float)


PIECE_S = 0.25
# A busy machine sends a packet late, and the player goes on where it was: what follows comes so much later at most.
SLIP_S = 0.3


def likeness(sound: Sound, prompt: Path, first_s: float = 60) -> float:
    """How much of the prompt's beginning is in the sound, at its place: 1 is the same.

    The place is where the whole fits best; around it each piece of the prompt is looked for by itself, since one late
    packet moves all that follows. With a packet late in the middle of a piece 1.5 s of our prompts come to 0.92 and
    more; the same voice saying something else to 0.7, beginnings of the same words apart (all pairs of 49 prompts).
    """
    wanted = np.frombuffer(prompt.read_bytes()[44:], dtype="<i2").astype(float)[: int(first_s * RATE_HZ)]
    if len(sound) < len(wanted):
        return 0.0
    place = int(np.argmax(_correlations(sound, wanted)))
    slip, piece = int(SLIP_S * RATE_HZ), int(PIECE_S * RATE_HZ)
    found = weights = 0.0
    for first in range(0, len(wanted), piece):
        part = wanted[first : first + piece]
        around = sound[max(0, place + first - slip) : place + first + len(part) + slip]
        weight = float(np.sum(part**2))
        if weight and len(around) >= len(part):
            found += weight * float(np.max(_correlations(around, part)))
        weights += weight
    return found / weights


def _correlations(sound: Sound, wanted: Sound) -> Sound:
    """Of every stretch of the sound with what is wanted; where it is silent, 0."""
    size = 1 << (len(sound) + len(wanted)).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(wanted, size)), size)
    products = product[: len(sound) - len(wanted) + 1]
    energy = np.cumsum(np.concatenate(([0.0], sound**2)))
    stretch = energy[len(wanted) :] - energy[: -len(wanted)]
    loud = stretch > np.sum(wanted**2) / 100
    return np.where(loud, products / np.sqrt(np.maximum(stretch, 1) * np.sum(wanted**2)), 0)


def loudest_hz(sound: Sound) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE_HZ / len(sound))


async def agent_leg(ami: Ami, leg_id: str, number: str = "138001001") -> None:
    """Somebody in `agent-wait`: a number of the carrier stands in for an agent's phone."""
    where = ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")
    channel = ("Channel", f"PJSIP/{number}@pstn"), ("ChannelId", leg_id), ("Async", "true")
    await ami.action("Originate", *channel, *where)
    await ami.event(8, Event="Newstate", Uniqueid=leg_id, ChannelStateDesc="Up")


@pytest.fixture(scope="session")
def spoken_prompts(running: Pair, tmp_path_factory: pytest.TempPathFactory) -> PromptLibrary:
    """Built-in prompts, spoken by the tools of the private installation."""
    tools = SoundTools(
        str(require_tool(running.prefix, "espeak-ng")),
        str(require_tool(running.prefix, "ffmpeg")),
    )
    library = PromptLibrary(tmp_path_factory.mktemp("prompts"), tools)
    asyncio.run(library.prepare())
    return library
