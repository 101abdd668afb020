"""The callers' own book: nobody who was let go by SIPp's way of noting is left out, and its exit code counts."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.faults.crowd import Crowd, Habit, crowd

ENDED = (("1", "invited", 0), ("1", "began", 1), ("1", "caller", 2))


def noted(folder: Path, *lines: tuple[str, str, int]) -> Crowd:
    text = "".join(f"2026-11-22\t10:00:00.0\t{1795328081 + second}.5|{who}|{what}\n" for who, what, second in lines)
    (folder / "talker.log").write_text(text)
    return Crowd(folder, 5.0)


async def ended_with(code: int) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import sys; sys.exit({code})")
    await process.wait()
    return process


async def test_whose_call_is_over_is_a_visit_from_the_invite_on(tmp_path: Path) -> None:
    crowd = noted(tmp_path, *ENDED, ("2", "invited", 1), ("2", "began", 1), ("2", "switch", 3))
    crowd.processes.append(await ended_with(0))
    await crowd.stop()
    assert [(visit.number, visit.ended_by) for visit in crowd.visits()] == [("1", "caller"), ("2", "switch")]
    assert (crowd.visits()[0].ended_at - crowd.visits()[0].began_at).total_seconds() == 2
    assert crowd.left() == ["1"]


@pytest.mark.parametrize(
    "lines",
    [
        (("2", "invited", 1),),
        (("2", "invited", 1), ("2", "began", 1)),
        (("2", "invited", 1), ("2", "caller", 1)),
        (("2", "began", 1), ("2", "switch", 1)),
    ],
)
async def test_a_call_without_answer_or_end_is_found(tmp_path: Path, lines: tuple[tuple[str, str, int], ...]) -> None:
    crowd = noted(tmp_path, *ENDED, *lines)
    with pytest.raises(AssertionError, match=r"\['2'\] are open"):
        await crowd.stop()


async def test_what_sipp_says_of_a_call_that_went_otherwise_is_told(tmp_path: Path) -> None:
    crowd = noted(tmp_path, *ENDED)
    moment = "2026-11-22\t10:00:00.0\t1795328081.5"
    said = f"The following events occurred:\n{moment}: receive timeout, jumping to label 9{moment}: Aborting call"
    (tmp_path / "talker.errors").write_text(said)
    crowd.processes.append(await ended_with(1))
    with pytest.raises(AssertionError, match=r"SIPp ended with \[1\]") as raised:
        await crowd.stop()
    assert "Aborting call" in str(raised.value)
    assert "jumping" not in str(raised.value)


class Crossing(asyncio.DatagramProtocol):
    """A switch that hangs up as the caller does: its own BYE goes out before its answer to the caller's."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.answer = b""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        head = data.decode().partition("\r\n\r\n")[0].split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:])
        if head[0].startswith("INVITE"):
            self.transport.sendto(said("SIP/2.0 200 OK", fields), addr)
        elif head[0].startswith("BYE"):
            self.answer = said(f"SIP/2.0 {self.status}", fields)
            swapped = {**fields, "From": fields["To"], "To": fields["From"], "CSeq": "1 BYE"}
            self.transport.sendto(said(f"BYE sip:{addr[0]}:{addr[1]} SIP/2.0", swapped), addr)
        elif fields["CSeq"].endswith("BYE"):
            self.transport.sendto(self.answer, addr)


def said(first: str, fields: dict[str, str]) -> bytes:
    kept = [f"{name}: {fields[name]}" for name in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join([first, *kept, "Contact: <sip:switch@127.0.0.1>", "Content-Length: 0", "", ""]).encode()


@pytest.mark.parametrize("status", ["200 OK", "481 Call/Transaction Does Not Exist"])
async def test_both_may_hang_up_at_once(tmp_path: Path, status: str) -> None:
    """RFC 3261 15.1.2: whose own end of the dialog is gone may answer with either."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Crossing(status), ("127.0.0.1", 0))
    town = SimpleNamespace(installation=SimpleNamespace(base_port=transport.get_extra_info("sockname")[1] - 4))
    try:
        async with crowd(town, tmp_path, 1, (Habit("leaver", "4801", 0.5, 1.0),)) as callers:
            async with asyncio.timeout(20):
                while not callers.left():
                    await asyncio.sleep(0.05)
                await callers.stop()
        assert [visit.ended_by for visit in callers.visits()] == ["both"]
    finally:
        transport.close()
