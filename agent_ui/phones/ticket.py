"""What lets a browser through the phones' door while nobody can be asked: a signed cookie, and the page's origin."""

import hashlib
import hmac
import re
from dataclasses import dataclass

_TICKET = re.compile(
    r"(?P<said>(?P<extension>[0-9]{1,10})\.(?P<key>[0-9a-f]{64})\.(?P<until>[0-9]{1,12}))\.(?P<seal>[0-9a-f]{64})"
)
_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose phone, of which session, until when (seconds since 1970)."""

    extension: str
    session_key: str
    until_s: int


def ticket_cookie(secure: bool) -> str:
    """Name the cookie; it is sent to every port of the host, as cookies are."""
    return "__Host-callroom-phone" if secure else "callroom-phone"


def ticket_key(sip_key: str) -> bytes:
    """Derive the door's key from the installation's secret, for this purpose alone."""
    return hmac.new(sip_key.encode(), b"callroom phones ticket", hashlib.sha256).digest()


def write_ticket(ticket: Ticket, key: bytes) -> str:
    """Write what `read_ticket` reads."""
    said = f"{ticket.extension}.{ticket.session_key}.{ticket.until_s}"
    return f"{said}.{_seal(said, key)}"


def read_ticket(text: str, key: bytes, now_s: float) -> Ticket | None:
    """Return the ticket if it is ours and not over."""
    match = _TICKET.fullmatch(text)
    if match is None or not hmac.compare_digest(match["seal"], _seal(match["said"], key)):
        return None
    ticket = Ticket(match["extension"], match["key"], int(match["until"]))
    return ticket if now_s < ticket.until_s else None


def is_from_our_page(origin: str | None, host: str, secure: bool, page_port: int, public_origin: str) -> bool:
    """Whether the browser's page is Callroom's: on this host at the main process's port, or at the public origin."""
    if public_origin:
        return origin == public_origin
    match = _HOST.fullmatch(host)
    scheme = "https" if secure else "http"
    if match is None:
        return False
    port = "" if page_port == _USUAL_PORTS[scheme] else f":{page_port}"
    return origin == f"{scheme}://{match[1]}{port}"


def door_source(host: str, secure: bool, door_port: int) -> str | None:
    """Name the door for a page's Content-Security-Policy, as seen under the host that the page was asked from."""
    match = _HOST.fullmatch(host)
    return None if match is None else f"{'wss' if secure else 'ws'}://{match[1]}:{door_port}"


def _seal(said: str, key: bytes) -> str:
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
