"""A telephone of a few hundred bytes for contract tests: registers, rings, answers, refuses, hangs up; no audio.

Over UDP, or over WebSocket with a WebRTC answer whose DTLS never completes: enough for the switch to see a leg.
"""

import asyncio
import hashlib
import re
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_FINGERPRINT = ":".join(["AB"] * 32)


def _header(message: str, name: str) -> str:
    match = re.search(rf"^{name}:[ \t]*(.*?)\r$", message, re.MULTILINE | re.IGNORECASE)
    return match[1] if match else ""


class SipPhone(asyncio.DatagramProtocol):
    """`behaviour` says what an INVITE gets: "ring", "answer", or a final status such as "486 Busy Here"."""

    def __init__(self, extension: str, password: str = "", behaviour: str = "answer") -> None:
        self.extension = extension
        self.behaviour = behaviour
        self.invites: list[str] = []
        self.heard: list[str] = []
        self.ended = asyncio.Event()
        self._password = password
        self._send: Any = None
        self._socket: ClientConnection | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self._reader: asyncio.Task[None] | None = None
        self._number = 0
        self._contact = ""
        self._via = ""
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._acked = asyncio.Event()

    # --- wires ---

    async def open_udp(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, ("127.0.0.1", 0))
        host, own_port = self._udp.get_extra_info("sockname")
        self._contact, self._via = f"sip:{self.extension}@{host}:{own_port}", f"SIP/2.0/UDP {host}:{own_port};rport"
        self._send = lambda text: self._udp.sendto(text.encode(), ("127.0.0.1", port))

    async def open_ws(self, port: int, path: str = "/ws") -> None:
        self._socket = await connect(f"ws://127.0.0.1:{port}{path}", subprotocols=["sip"], compression=None)
        self._contact = f"sip:{self.extension}@df7jal23ls0d.invalid;transport=ws"
        self._via = "SIP/2.0/WS df7jal23ls0d.invalid"
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._send = self._outgoing.put_nowait
        self._reader = asyncio.ensure_future(self._pump(self._socket))

    async def _pump(self, socket: ClientConnection) -> None:
        async def write() -> None:
            while True:
                await socket.send(await self._outgoing.get())

        writer = asyncio.ensure_future(write())
        try:
            async for text in socket:
                self._received(text if isinstance(text, str) else text.decode())
        except ConnectionClosed:
            pass
        finally:
            writer.cancel()

    async def aclose(self) -> None:
        """Go away without a word, as a browser does whose page was closed."""
        if self._udp:
            self._udp.close()
        if self._socket:
            self._socket.transport.abort()
        if self._reader:
            await self._reader

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._received(data.decode())

    # --- requests of ours ---

    async def register(self, expires_s: int = 120) -> str:
        """Return the final status line."""
        request = self._register_request(expires_s, "")
        self._send(request)
        answer = await asyncio.wait_for(self._answers.get(), 5)
        if " 401 " in answer.split("\r\n")[0]:
            self._send(self._register_request(expires_s, self._digest(answer)))
            answer = await asyncio.wait_for(self._answers.get(), 5)
        return answer.split("\r\n")[0]

    def _register_request(self, expires_s: int, authorization: str) -> str:
        self._number += 1
        return (
            "REGISTER sip:127.0.0.1 SIP/2.0\r\n"
            f"Via: {self._via};branch=z9hG4bK{id(self)}{self._number}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{self.extension}@127.0.0.1>;tag=r{id(self)}\r\nTo: <sip:{self.extension}@127.0.0.1>\r\n"
            f"Call-ID: reg{id(self)}\r\nCSeq: {self._number} REGISTER\r\n"
            f"Contact: <{self._contact}>;expires={expires_s}\r\n{authorization}Content-Length: 0\r\n\r\n"
        )

    async def invite(self, number: str) -> str:
        """Call without credentials; return the first status line that is not "100 Trying"."""
        self._number += 1
        self._send(
            f"INVITE sip:{number}@127.0.0.1 SIP/2.0\r\nVia: {self._via};branch=z9hG4bKinv{id(self)}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{self.extension}@127.0.0.1>;tag=i{id(self)}\r\n"
            f"To: <sip:{number}@127.0.0.1>\r\nCall-ID: inv{id(self)}\r\nCSeq: {self._number} INVITE\r\n"
            f"Contact: <{self._contact}>\r\nContent-Length: 0\r\n\r\n"
        )
        return (await asyncio.wait_for(self._answers.get(), 5)).split("\r\n")[0]

    def _digest(self, challenge: str) -> str:
        line = _header(challenge, "WWW-Authenticate")
        realm, nonce = (re.search(rf'{name}="([^"]*)"', line)[1] for name in ("realm", "nonce"))  # type: ignore[index]
        opaque = re.search(r'opaque="([^"]*)"', line)

        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - RFC 2617 knows no better

        ha1 = md5(f"{self.extension}:{realm}:{self._password}")
        ha2 = md5("REGISTER:sip:127.0.0.1")
        response = md5(f"{ha1}:{nonce}:00000001:cafe:auth:{ha2}")
        extra = f', opaque="{opaque[1]}"' if opaque else ""
        return (
            f'Authorization: Digest username="{self.extension}", realm="{realm}", nonce="{nonce}", '
            f'uri="sip:127.0.0.1", response="{response}", algorithm=MD5, '
            f'cnonce="cafe", qop=auth, nc=00000001{extra}\r\n'
        )

    def hang_up(self) -> None:
        """BYE in the call that was answered last."""
        invite = self.invites[-1]
        contact = re.search(r"<([^>]*)>", _header(invite, "Contact"))
        assert contact
        self._number += 1
        self._send(
            f"BYE {contact[1]} SIP/2.0\r\nVia: {self._via};branch=z9hG4bKbye{self._number}\r\nMax-Forwards: 70\r\n"
            f"From: {_header(invite, 'To')};tag=p{id(self)}\r\nTo: {_header(invite, 'From')}\r\n"
            f"Call-ID: {_header(invite, 'Call-ID')}\r\nCSeq: {self._number + 100} BYE\r\nContent-Length: 0\r\n\r\n"
        )

    def answer(self) -> None:
        """Take the call that rings."""
        self._reply(self.invites[-1], "200 OK", self._sdp(self.invites[-1]))

    def refuse(self, status: str) -> None:
        """End the call that rings."""
        self._reply(self.invites[-1], status)

    # --- requests of theirs ---

    def _received(self, text: str) -> None:
        self.heard.append(text)
        method = text.split(" ", 1)[0]
        if method == "SIP/2.0":
            if re.search("REGISTER|INVITE", _header(text, "CSeq")) and " 100 " not in text.split("\r\n", maxsplit=1)[0]:
                self._answers.put_nowait(text)
        elif method == "INVITE":
            self._invited(text)
        elif method == "CANCEL":
            self._reply(text, "200 OK")
            self._reply(self.invites[-1], "487 Request Terminated")
            self.ended.set()
        elif method == "BYE":
            self._reply(text, "200 OK")
            self.ended.set()
        elif method != "ACK":
            self._reply(text, "200 OK")

    def _invited(self, text: str) -> None:
        if any(_header(each, "CSeq") == _header(text, "CSeq") for each in self.invites if self._same(each, text)):
            return  # sent again because we were slow
        self.invites.append(text)
        if self.behaviour == "silent":
            return
        if self.behaviour in {"ring", "answer"}:
            self._reply(text, "180 Ringing")
            if self.behaviour == "answer":
                self.answer()
        else:
            self._reply(text, self.behaviour)

    @staticmethod
    def _same(one: str, other: str) -> bool:
        return _header(one, "Call-ID") == _header(other, "Call-ID")

    def _reply(self, request: str, status: str, body: str = "") -> None:
        vias = "".join(f"Via: {via}\r\n" for via in re.findall(r"^Via:[ \t]*(.*?)\r$", request, re.MULTILINE))
        routes = "".join(
            f"Record-Route: {each}\r\n" for each in re.findall(r"^Record-Route:[ \t]*(.*?)\r$", request, re.MULTILINE)
        )
        to = _header(request, "To")
        if ";tag=" not in to:
            to += f";tag=p{id(self)}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._send(
            f"SIP/2.0 {status}\r\n{vias}{routes}From: {_header(request, 'From')}\r\nTo: {to}\r\n"
            f"Call-ID: {_header(request, 'Call-ID')}\r\nCSeq: {_header(request, 'CSeq')}\r\n"
            f"Contact: <{self._contact}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _sdp(self, invite: str) -> str:
        head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        if "SAVPF" not in invite:
            return head + "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
        mid = re.search(r"^a=mid:(.*?)\r$", invite, re.MULTILINE)
        return head + (
            "m=audio 40000 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\na=rtcp-mux\r\n"
            f"a=mid:{mid[1] if mid else '0'}\r\na=setup:active\r\na=fingerprint:sha-256 {_FINGERPRINT}\r\n"
            "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
            "a=candidate:1 1 UDP 2130706431 127.0.0.1 40000 typ host\r\n"
        )
