"""A carrier that sends what no carrier should: display names, numbers and whole messages made to break something."""

import asyncio
import itertools
import random
import re
import uuid

from cti.asterisk.layout import CARRIER

PIECES = (
    '"',
    "\\",
    "\\\\",
    "'",
    "${SHELL(touch /nowhere)}",
    "${CALLERID(all)}",
    "$[1+1]",
    "%0d%0aAction: Originate",
    "\r\n Action: Command",
    "\t",
    "\x1b[31m",
    "\x07",
    "\x7f",
    "\u2028Event: Hangup",
    "\u2029",
    "\x85",
    "\u202e321",
    "\u0000".replace("\u0000", "%00"),
    "'; DROP TABLE calls;--",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{constructor.constructor('x')()}}",
    "../../../../etc/passwd",
    "%n%s%x",
    "a,EXEC=System(id)",
    "&PJSIP/1001@pstn",
    "|id",
    "`id`",
    "=cmd|'/c calc'!A0",
    "王" * 60,
    "😀" * 40,
    "e\u0301" * 50,
    "x" * 500,
    "Ｃａｌｌｅｒ",
    "200 result=1",
    "HANGUP",
    "agi_callerid: 1",
    "Event: Hangup",
    "ActionID: 1",
    ";tag=1",
)


def names(seed: int, count: int) -> list[bytes]:
    """Every piece alone, then mixtures of them, some of them not even UTF-8."""
    dice = random.Random(seed)  # noqa: S311 - a test corpus, the same each time
    alone = [each.encode() for each in PIECES]
    mixed = ["".join(dice.sample(PIECES, 3)).encode()[: dice.choice((80, 400, 900))] for _ in range(count)]
    broken = [each + bytes([dice.choice((0xFF, 0xC3, 0xED, 0xA0))]) for each in mixed[: count // 4]]
    return list(itertools.islice(itertools.chain(alone, broken, mixed), count))


def quoted(name: bytes) -> bytes:
    """As RFC 3261 wants a display name; a line's end within stays what it is, for the stack to refuse or fold."""
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


class HostileCarrier(asyncio.DatagramProtocol):
    """Sends from the carrier's address; answers what a caller has to, so that calls come up and end."""

    def __init__(self, switch_port: int) -> None:
        self._to = ("127.0.0.1", switch_port)
        self._transport: asyncio.DatagramTransport | None = None
        self._answers: dict[str, asyncio.Queue[bytes]] = {}
        self.port = 0

    async def __aenter__(self) -> "HostileCarrier":
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (CARRIER, 0))
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *problem: object) -> None:
        assert self._transport is not None
        self._transport.close()

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(data, self._to)

    def datagram_received(self, data: bytes, addr: object) -> None:
        found = re.search(rb"^(?:Call-ID|i):[ \t]*(\S+)", data, re.M | re.I)
        if not data.startswith(b"SIP/2.0"):
            heads = [line for line in data.split(b"\r\n") if re.match(rb"(Via|From|To|Call-ID|CSeq):", line, re.I)]
            self.send(b"SIP/2.0 200 OK\r\n" + b"\r\n".join(heads) + b"\r\nContent-Length: 0\r\n\r\n")
        elif found and found[1].decode() in self._answers:
            self._answers[found[1].decode()].put_nowait(data)

    async def call(self, name: bytes, user: bytes = b"+8613800138000", extra: bytes = b"") -> int:
        """Place one call; return its final status, 0 when there was none (the message was not understood)."""
        call_id = f"hostile-{uuid.uuid4().hex}"
        answers = self._answers.setdefault(call_id, asyncio.Queue())
        sdp = (
            f"v=0\r\no=- 1 1 IN IP4 {CARRIER}\r\ns=-\r\nc=IN IP4 {CARRIER}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n".encode()
        )

        def request(method: str, to: bytes, branch: str, body: bytes = b"") -> bytes:
            return (
                f"{method} sip:4001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {CARRIER}:{self.port};branch={branch}\r\n"
                f"Max-Forwards: 70\r\nCall-ID: {call_id}\r\nCSeq: 1 {method}\r\n".encode()
                + b"From: " + quoted(name) + b" <sip:" + user + f"@{CARRIER}>;tag=t1\r\n".encode()
                + b"To: " + to + f"\r\nContact: <sip:x@{CARRIER}:{self.port}>\r\n".encode()
                + (extra if method == "INVITE" else b"")
                + (b"Content-Type: application/sdp\r\n" if body else b"")
                + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
            )  # fmt: skip

        self.send(request("INVITE", b"<sip:4001@127.0.0.1>", f"z9hG4bK{uuid.uuid4().hex}", sdp))
        try:
            async with asyncio.timeout(3):
                while (status := int((answer := await answers.get())[8:11])) < 200:
                    pass
        except TimeoutError:
            return 0
        to = re.search(rb"^To:[ \t]*(.*?)\r$", answer, re.M | re.I)
        self.send(request("ACK", to[1] if to else b"", f"z9hG4bK{uuid.uuid4().hex}"))
        return status


def torture() -> list[bytes]:
    """Messages after RFC 4475, and worse; none of them is a call."""
    via = f"Via: SIP/2.0/UDP {CARRIER}:5060;branch=z9hG4bK1\r\n".encode()
    base = via + b"From: <sip:a@b>;tag=1\r\nTo: <sip:4001@c>\r\nCall-ID: torture\r\nCSeq: 1 INVITE\r\n"
    start = b"INVITE sip:4001@127.0.0.1 SIP/2.0\r\n"
    return [
        b"",
        b"\r\n\r\n\r\n\r\n",
        b"\x00" * 200,
        b"INVITE",
        b"INVITE sip:4001@127.0.0.1 SIP/7.0\r\n" + base + b"\r\n",
        b"INVITE  sip:4001@127.0.0.1   SIP/2.0\r\n" + base + b"\r\n",
        b"INVITE sip:4001@127.0.0.1;" + b"x=1;" * 2000 + b" SIP/2.0\r\n" + base + b"\r\n",
        start + base + b"Content-Length: -999\r\n\r\n",
        start + base + b"Content-Length: 99999999\r\n\r\nv=0",
        start + base + b"Content-Length: 9999999999999999999999\r\n\r\n",
        start + base.replace(b"CSeq: 1 ", b"CSeq: 36893488147419103232 ") + b"\r\n",
        start + base.replace(b"CSeq: 1 INVITE", b"CSeq: 1 BYE") + b"\r\n",
        start + base + b"Max-Forwards: 300\r\n\r\n",
        start + via * 60 + base + b"\r\n",
        start + base + b"Expires: 99999999999999999\r\nContact: <\"Quoted\"sip:x>\r\n\r\n",
        start + b"From: sip:no-brackets?X=Y;tag=1\r\n" + base + b"\r\n",
        start + base.replace(b"<sip:a@b>", b'"unterminated <sip:a@b>') + b"\r\n",
        start + base.replace(b"<sip:a@b>", b'"\\\r\n' + b"\\" * 300 + b'" <sip:a@b>') + b"\r\n",
        start + base + b": nameless\r\n\r\n",
        start + base + b"X-" + b"A" * 3000 + b": 1\r\n\r\n",
        start + base + b"Content-Type: application/sdp\r\nContent-Length: 12\r\n\r\nv=0\r\nm=audio",
        start + base + b"Content-Type: multipart/mixed;boundary=\r\nContent-Length: 4\r\n\r\n--\r\n",
        b"SIP/2.0 200 OK\r\n" + base + b"\r\n",
        b"SIP/2.0 4294967301 better than OK\r\n" + base + b"\r\n",
        b"REGISTER sip:127.0.0.1 SIP/2.0\r\n" + base.replace(b"INVITE", b"REGISTER") + b"Contact: *\r\n\r\n",
        b"NEWMETHOD sip:4001@127.0.0.1 SIP/2.0\r\n" + base.replace(b"INVITE", b"NEWMETHOD") + b"\r\n",
        b"REFER sip:4001@127.0.0.1 SIP/2.0\r\n" + base.replace(b"INVITE", b"REFER") + b"Refer-To: <sip:9@x>\r\n\r\n",
        b"BYE sip:4001@127.0.0.1 SIP/2.0\r\n" + base.replace(b"INVITE", b"BYE") + b"\r\n",
        b"CANCEL sip:4001@127.0.0.1 SIP/2.0\r\n" + base.replace(b"INVITE", b"CANCEL") + b"\r\n",
        b"PUBLISH sip:1001@127.0.0.1 SIP/2.0\r\n" + base.replace(b"INVITE", b"PUBLISH") + b"Event: presence\r\n\r\n",
        start + base + b"Replaces: a;to-tag=b;from-tag=c\r\nRequire: replaces\r\n\r\n",
        start.replace(b"sip:4001@127.0.0.1", b"tel:4001") + base + b"\r\n",
        start.replace(b"4001", b"%00%0d%0a${SHELL(id)}") + base + b"\r\n",
    ]  # fmt: skip
