"""A caller at the carrier's address, of a few hundred bytes, whose INVITE leaves at a known moment; no audio."""

import asyncio
import contextlib
import itertools
import re
import time
from dataclasses import dataclass, field

from cti.asterisk.layout import CARRIER, LOOPBACK

_PATIENCE_S = 10.0
# Timers E and A of RFC 3261, from T1 on.
RESEND_S = (0.5, 1.0, 2.0)
_numbers = itertools.count(1)
# Nobody sends from that port.
MUTE = (
    f"v=0\r\no=- 1 1 IN IP4 {CARRIER}\r\ns=-\r\nc=IN IP4 {CARRIER}\r\nt=0 0\r\n"
    "m=audio 39998 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
)


def header(message: str, name: str) -> str:
    """Return the first header of this name, "" for none."""
    match = re.search(rf"^{name}:[ \t]*(.*?)\r$", message, re.MULTILINE | re.IGNORECASE)
    return match[1] if match else ""


@dataclass
class Visit:
    """One call of a caller; `invited_at` is the machine's clock, in seconds, just before the datagram was sent."""

    call_id: str
    invited_at: float
    invite: str
    ok: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False
    refused: int = 0
    provisional: int = 0


class CallRefused(Exception):
    """The switch answered with a status above 299."""


class Carrier(asyncio.DatagramProtocol):
    """The trunk's other end: Callroom's Asterisk knows it by its address alone."""

    def __init__(self, switch_port: int) -> None:
        self._switch = (LOOPBACK, switch_port)
        self._visits: dict[str, Visit] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._host = ""

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (CARRIER, 0))
        host, port = self._transport.get_extra_info("sockname")
        self._host = f"{host}:{port}"

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def dial(self, to: str, number: str, body: str = MUTE) -> Visit:
        """Send the INVITE now."""
        call_id = f"bench{next(_numbers)}-{time.time_ns()}"
        invite = (
            f"INVITE sip:{to}@{LOOPBACK} SIP/2.0\r\nVia: SIP/2.0/UDP {self._host};rport;branch=z9hG4bK{call_id}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{number}@{CARRIER}>;tag={call_id}\r\nTo: <sip:{to}@{LOOPBACK}>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: 1 INVITE\r\nContact: <sip:carrier@{self._host}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        visit = self._visits[call_id] = Visit(call_id, 0.0, invite)
        visit.invited_at = time.time()
        self._send(invite)
        return visit

    async def answered(self, visit: Visit) -> None:
        """Wait for the 200 of the switch."""
        async with asyncio.timeout(_PATIENCE_S):
            while not visit.ok and not visit.refused:
                visit.changed.clear()
                await visit.changed.wait()
        if visit.refused:
            raise CallRefused(visit.refused)

    async def hang_up(self, visit: Visit) -> None:
        """BYE, and wait until the switch has said yes to it or has hung up itself."""
        await self.answered(visit)
        for wait_s in (*RESEND_S, _PATIENCE_S):
            if visit.is_over:
                break
            self._send(self._within(visit, "BYE", 2))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    while not visit.is_over:
                        visit.changed.clear()
                        await visit.changed.wait()
        self.forget(visit)
        if not visit.is_over:
            raise TimeoutError

    async def insist(self, visit: Visit) -> None:
        """Send the INVITE again, as every telephone does, until the switch has said something."""
        for wait_s in RESEND_S:
            await asyncio.sleep(wait_s)
            if visit.provisional or visit.ok or visit.is_over:
                return
            self._send(visit.invite)

    def forget(self, visit: Visit) -> None:
        """Whatever still comes for it is not looked at."""
        self._visits.pop(visit.call_id, None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode(errors="replace")
        first = text.split("\r\n", 1)[0]
        visit = self._visits.get(header(text, "Call-ID"))
        if first.startswith("SIP/2.0"):
            if visit is not None:
                self._answer(visit, int(first.split(" ")[1]), text)
        elif not first.startswith("ACK"):
            self._send(self._yes(text))
            if visit is not None and first.startswith("BYE"):
                visit.is_over = True
                visit.changed.set()

    def _answer(self, visit: Visit, status: int, text: str) -> None:
        if status < 200:
            visit.provisional = status
            return
        if "INVITE" not in header(text, "CSeq"):
            visit.is_over = True
        elif status == 200:
            visit.ok = text
            self._send(self._within(visit, "ACK", 1))
        else:
            visit.refused, visit.is_over = status, True
            self._send(self._refusal_seen(visit, text))
        visit.changed.set()

    def _refusal_seen(self, visit: Visit, text: str) -> str:
        """ACK of a refusal: in the INVITE's own transaction."""
        return (
            f"ACK sip:{LOOPBACK} SIP/2.0\r\nMax-Forwards: 70\r\nVia: {header(visit.invite, 'Via')}\r\n"
            f"From: {header(text, 'From')}\r\nTo: {header(text, 'To')}\r\nCall-ID: {visit.call_id}\r\n"
            "CSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n"
        )

    def _within(self, visit: Visit, method: str, number: int) -> str:
        contact = re.search(r"<([^>]*)>", header(visit.ok, "Contact"))
        target = contact[1] if contact else f"sip:{LOOPBACK}"
        return (
            f"{method} {target} SIP/2.0\r\nMax-Forwards: 70\r\n"
            f"Via: SIP/2.0/UDP {self._host};rport;branch=z9hG4bK{method}{visit.call_id}\r\n"
            f"From: {header(visit.ok, 'From')}\r\nTo: {header(visit.ok, 'To')}\r\n"
            f"Call-ID: {visit.call_id}\r\nCSeq: {number} {method}\r\nContent-Length: 0\r\n\r\n"
        )

    @staticmethod
    def _yes(request: str) -> str:
        same = "".join(f"{name}: {header(request, name)}\r\n" for name in ("Via", "From", "To", "Call-ID", "CSeq"))
        return f"SIP/2.0 200 OK\r\n{same}Content-Length: 0\r\n\r\n"

    def _send(self, text: str) -> None:
        assert self._transport is not None
        self._transport.sendto(text.encode(), self._switch)
