"""SIPp as a carrier whose callers have any bytes at all as their From header; each stays a while and hangs up."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from cti.asterisk.layout import CARRIER, LOOPBACK
from tests.bench.child import free_port

SIPP = "/usr/bin/sipp"
# `[file name=…]` is sent byte for byte, where a field of SIPp's list would end at a semicolon or a line's end.
_FROM = 'From: [file name="{folder}/[field0]"];tag=[pid]h[call_number]'
_HEAD = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
{sender}
{to}
Call-ID: [call_id]
Max-Forwards: 70
"""
_SCENARIO = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="hostile">
  <send><![CDATA[
INVITE sip:{dialed}@[remote_ip]:[remote_port] SIP/2.0
{head}CSeq: 1 INVITE
Contact: <sip:carrier@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
  <recv response="100" optional="true" timeout="4000" ontimeout="unheard"/>
  <recv response="180" optional="true" timeout="4000" ontimeout="unheard"/>
  <recv response="183" optional="true" timeout="4000" ontimeout="unheard"/>
  <recv response="400" optional="true" next="refused" timeout="4000" ontimeout="unheard"/>
  <recv response="200" timeout="4000" ontimeout="unheard"/>
  <nop><action><log message="[field0] talked"/></action></nop>
  <send><![CDATA[
ACK sip:[remote_ip]:[remote_port] SIP/2.0
{head_again}CSeq: 1 ACK
Content-Length: 0

]]></send>
  <recv request="BYE" timeout="{stay_ms}" ontimeout="leave"/>
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
  <send retrans="500"><![CDATA[
BYE sip:[remote_ip]:[remote_port] SIP/2.0
{head_again}CSeq: 2 BYE
Content-Length: 0

]]></send>
  <recv request="BYE" optional="true"/>
  <recv response="200" next="over"/>
  <label id="refused"/>
  <nop><action><log message="[field0] refused"/></action></nop>
  <send next="over"><![CDATA[
ACK sip:[remote_ip]:[remote_port] SIP/2.0
{head_again}CSeq: 1 ACK
Content-Length: 0

]]></send>
  <label id="unheard"/>
  <nop><action><log message="[field0] unheard"/></action></nop>
  <label id="over"/>
</scenario>
"""


@dataclass
class Outcome:
    """Of each caller, by their place in the list: talked, refused (400), unheard (no answer at all)."""

    ends: dict[int, str]
    problems: str

    def of(self, end: str) -> list[int]:
        return [place for place, found in self.ends.items() if found == end]


def _prepare(senders: list[bytes], dialed: str, stay_s: float, folder: Path) -> tuple[Path, Path]:
    folder.mkdir()
    for place, sender in enumerate(senders):
        (folder / str(place)).write_bytes(sender)
    sender = _FROM.format(folder=folder)
    head = _HEAD.format(sender=sender, to=f"To: <sip:{dialed}@[remote_ip]:[remote_port]>")
    head_again = _HEAD.format(sender=sender, to="[last_To:]")
    scenario, people = folder / "scenario.xml", folder / "people.csv"
    filled = _SCENARIO.format(dialed=dialed, head=head, head_again=head_again, stay_ms=round(stay_s * 1000))
    scenario.write_text(filled)
    people.write_text("SEQUENTIAL\n" + "".join(f"{place};\n" for place in range(len(senders))))
    return scenario, people


async def place_calls(
    senders: list[bytes], dialed: str, sip_port: int, folder: Path, *, per_s: float, stay_s: float
) -> Outcome:
    """One call for each From header (name and address, without the tag), and wait until the last is over."""
    scenario, people = await asyncio.to_thread(_prepare, senders, dialed, stay_s, folder)
    log, errors = folder / "calls.log", folder / "errors"
    process = await asyncio.create_subprocess_exec(
        SIPP, f"{LOOPBACK}:{sip_port}", "-sf", str(scenario), "-inf", str(people),
        "-i", CARRIER, "-p", str(free_port()), "-mi", CARRIER, "-t", "u1",
        "-r", str(per_s), "-m", str(len(senders)), "-l", str(len(senders)),
        "-trace_logs", "-log_file", str(log), "-trace_err", "-error_file", str(errors), "-nostdin",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
    )  # fmt: skip
    try:
        async with asyncio.timeout(len(senders) / per_s + stay_s + 60):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return await asyncio.to_thread(_read, log, errors)


def _read(log: Path, errors: Path) -> Outcome:
    notes = [line.split() for line in log.read_text(errors="replace").splitlines()]
    ends = {int(note[0]): note[1] for note in notes if len(note) == 2}
    return Outcome(ends, errors.read_text(errors="replace") if errors.exists() else "")
