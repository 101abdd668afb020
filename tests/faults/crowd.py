"""Callers by SIPp at the carrier's address: each with a number of its own, a patience, and a note of how it ended."""

import asyncio
import audioop
import contextlib
import math
import random
import signal
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cti.asterisk.layout import CARRIER, LOOPBACK
from tests.bench.child import free_port
from tests.faults.invariants import Visit
from tests.faults.town import MENU, STRAIGHT, Town

SIPP = "/usr/bin/sipp"


@dataclass(frozen=True, slots=True)
class Habit:
    """Callers of one kind: where they call, how long until they hang up, how many seconds apart they come."""

    name: str
    to: str
    patience_s: float
    every_s: float


HABITS = (
    Habit("talker", STRAIGHT, 25.0, 3.0),
    Habit("leaver", STRAIGHT, 5.0, 4.0),
    Habit("chooser", MENU, 25.0, 7.0),
    Habit("loser", MENU, 4.0, 9.0),
)

_SCENARIO = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="{name}">
  <send retrans="500"><![CDATA[
INVITE sip:{to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]{name}[call_number]
To: <sip:{to}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:carrier@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rtd="true"/>
  <send><![CDATA[
ACK sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]{name}[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <nop><action>
    <log message="[timestamp]|[field0]|began"/>
    <exec rtp_stream="{sound},-1,8"/>
  </action></nop>
  <recv request="BYE" timeout="{patience_ms}" ontimeout="leave">
    <action><log message="[timestamp]|[field0]|switch"/></action>
  </recv>
  <send next="over"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <label id="leave"/>
  <nop><action><log message="[timestamp]|[field0]|caller"/></action></nop>
  <send retrans="500"><![CDATA[
BYE sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]{name}[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE" optional="true" next="crossed"/>
  <recv response="200" next="over"/>
  <label id="crossed"/>
  <nop><action><log message="[timestamp]|[field0]|crossed"/></action></nop>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <label id="over"/>
  <timewait milliseconds="500"/>
</scenario>
"""


@dataclass
class Crowd:
    """What SIPp noted, read from its logs."""

    folder: Path
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    def notes(self) -> dict[str, dict[str, datetime]]:
        """The moments of each number: began, then caller or switch, and crossed when both hung up at once."""
        found: dict[str, dict[str, datetime]] = {}
        for path in self.folder.glob("*.log"):
            for line in path.read_text(errors="replace").splitlines():
                if line.count("|") == 2:
                    at, number, what = line.split("|")
                    found.setdefault(number.strip(), {}).setdefault(what.strip(), _moment(at))
        return found

    def visits(self) -> list[Visit]:
        """The calls that are over."""
        return [
            Visit(number, notes["began"], *_end(notes))
            for number, notes in self.notes().items()
            if "began" in notes and ("caller" in notes or "switch" in notes)
        ]

    def open(self) -> list[str]:
        """Those who are on the line now."""
        return [number for number, notes in self.notes().items() if not notes.keys() & {"caller", "switch"}]

    async def stop(self) -> None:
        """No more callers; those on the line come to their own end."""
        for process in self.processes:
            if process.returncode is None:
                process.send_signal(signal.SIGUSR1)
        for process in self.processes:
            async with asyncio.timeout(60):
                await process.wait()

    def problems(self) -> str:
        """What SIPp printed about calls that did not go as its scenario says."""
        return "\n".join(path.read_text(errors="replace")[:2000] for path in self.folder.glob("*errors*"))


def _end(notes: dict[str, datetime]) -> tuple[datetime, str]:
    if "crossed" in notes:
        return notes["crossed"], "both"
    return (notes["caller"], "caller") if "caller" in notes else (notes["switch"], "switch")


def _moment(text: str) -> datetime:
    # SIPp: local date and time, a tab, and the epoch with microseconds.
    return datetime.fromtimestamp(float(text.rsplit("\t", maxsplit=1)[-1]), UTC)


@contextlib.asynccontextmanager
async def crowd(town: Town, folder: Path, seed: int, habits: tuple[Habit, ...] = HABITS) -> AsyncIterator[Crowd]:
    """Callers come until the block ends; `folder` is there."""
    sound = folder / "voice.alaw"
    sound.write_bytes(_tone())
    port = town.installation.base_port + 4
    numbers = random.Random(seed).sample(range(10**7), 4000)
    callers = Crowd(folder)
    try:
        for index, habit in enumerate(habits):
            own = numbers[index * 1000 : (index + 1) * 1000]
            callers.processes.append(await _start(folder, habit, own, sound, port))
        yield callers
    finally:
        for process in callers.processes:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _start(folder: Path, habit: Habit, numbers: list[int], sound: Path, port: int) -> asyncio.subprocess.Process:
    scenario, people = folder / f"{habit.name}.xml", folder / f"{habit.name}.csv"
    patience_ms = round(habit.patience_s * 1000)
    scenario.write_text(_SCENARIO.format(name=habit.name, to=habit.to, sound=sound, patience_ms=patience_ms))
    people.write_text("SEQUENTIAL\n" + "".join(f"+86138{number:08d};\n" for number in numbers))
    return await asyncio.create_subprocess_exec(
        SIPP, f"{LOOPBACK}:{port}", "-sf", str(scenario), "-inf", str(people),
        "-i", CARRIER, "-p", str(free_port()), "-mi", CARRIER, "-t", "u1",
        "-r", "1", "-rp", str(round(habit.every_s * 1000)), "-m", str(len(numbers)), "-l", "30",
        "-trace_logs", "-log_file", str(folder / f"{habit.name}.log"),
        "-trace_err", "-error_file", str(folder / f"{habit.name}.errors"), "-nostdin",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
    )  # fmt: skip


def _tone() -> bytes:
    samples = b"".join(struct.pack("<h", int(8000 * math.sin(2 * math.pi * 440 * n / 8000))) for n in range(8000))
    return audioop.lin2alaw(samples, 2)


def since(seconds: float) -> datetime:
    """The moment so long ago."""
    return datetime.now(UTC) - timedelta(seconds=seconds)  # noqa: TID251
