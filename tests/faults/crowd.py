"""Callers by SIPp at the carrier's address: each with a number of its own, a patience, and a note of how it ended."""

import asyncio
import audioop
import contextlib
import math
import random
import re
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


# More than three agents can serve on any machine, even without an outage: by their manners alone (tests.faults.crew)
# each call takes one of them 5.2 s. There must be lines.
HABITS = (
    Habit("talker", STRAIGHT, 25.0, 1.4),
    Habit("leaver", STRAIGHT, 5.0, 4.0),
    Habit("chooser", MENU, 25.0, 7.0),
    Habit("loser", MENU, 4.0, 9.0),
)

_SCENARIO = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="{name}">
  <nop><action><log message="[timestamp]|[field0]|invited"/></action></nop>
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
  <recv response="200" optional="true" next="over"/>
  <recv response="481"/>
  <label id="over"/>
  <timewait milliseconds="500"/>
</scenario>
"""


@dataclass
class Crowd:
    """What SIPp noted, read from its logs."""

    folder: Path
    patience_s: float
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    def notes(self) -> dict[str, dict[str, datetime]]:
        """The moments of each number: invited, began, then caller or switch, and crossed when both hung up at once."""
        found: dict[str, dict[str, datetime]] = {}
        for path in self.folder.glob("*.log"):
            for line in path.read_text(errors="replace").splitlines():
                if line.count("|") == 2:
                    at, number, what = line.split("|")
                    found.setdefault(number.strip(), {}).setdefault(what.strip(), _moment(at))
        return found

    def visits(self) -> list[Visit]:
        """The calls that are over; after `stop` all that SIPp ever began."""
        return [
            Visit(number, notes["invited"], *_end(notes)) for number, notes in self.notes().items() if _is_over(notes)
        ]

    def left(self) -> list[str]:
        """Who hung up themselves."""
        return [number for number, notes in self.notes().items() if "caller" in notes]

    def open(self) -> list[str]:
        """Whose call was not answered, or has no end yet."""
        return [number for number, notes in self.notes().items() if not _is_over(notes)]

    async def stop(self) -> None:
        """No more callers; those on the line come to their own end. AssertionError if a call went otherwise."""
        for process in self.processes:
            if process.returncode is None:
                process.send_signal(signal.SIGUSR1)
        async with asyncio.timeout(self.patience_s + 30):
            codes = [await process.wait() for process in self.processes]
        # SIPp: 0 when every call went as the scenario says.
        assert self.open() == [], f"{self.open()} are open: {self.problems()}"
        assert not any(codes), f"SIPp ended with {codes}: {self.problems()}"

    def problems(self) -> str:
        """What SIPp printed about calls that did not go as its scenario says."""
        said = [line for path in self.folder.glob("*errors*") for line in _sentences(path)]
        return "\n".join(line for line in said if "jumping to label" not in line)[:5000]


def _is_over(notes: dict[str, datetime]) -> bool:
    return {"invited", "began"} <= notes.keys() and bool(notes.keys() & {"caller", "switch"})


def _sentences(path: Path) -> list[str]:
    # SIPp puts no line break after some of them; every one begins with a date and the time twice.
    return re.split(r"(?=\d{4}-\d\d-\d\d\t)", path.read_text(errors="replace"))


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
    callers = Crowd(folder, max(habit.patience_s for habit in habits))
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
