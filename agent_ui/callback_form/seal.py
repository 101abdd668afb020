"""What opens a form, and what takes a promise back: signed texts, so that nothing secret is stored; pure."""

import hashlib
import hmac
import re
from datetime import UTC, datetime

_KEY = re.compile(r"(?P<said>(?P<link>[1-9][0-9]{0,17})-(?P<made>[1-9][0-9]{0,11}))-(?P<seal>[0-9a-f]{32})")
_SECRET = re.compile(r"(?P<said>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?P<seal>[0-9a-f]{32})")


def form_key(sip_key: str) -> bytes:
    """Derive the key from the installation's secret, for this purpose alone."""
    return hmac.new(sip_key.encode(), b"callroom callback form", hashlib.sha256).digest()


def write_key(link_id: int, made_at: datetime, key: bytes) -> str:
    """Write what `read_key` reads: the same each time."""
    said = f"{link_id}-{int(made_at.timestamp())}"
    return f"{said}-{_seal('link', said, key)}"


def read_key(text: str, key: bytes) -> tuple[int, datetime] | None:
    """Return the link's number and when it was made, if it is ours."""
    match = _KEY.fullmatch(text)
    if match is None or not hmac.compare_digest(match["seal"], _seal("link", match["said"], key)):
        return None
    return int(match["link"]), datetime.fromtimestamp(int(match["made"]), UTC)


def write_secret(callback_id: str, key: bytes, *, takes_back: bool = True) -> str:
    """Write what takes this promise back, or only shows where it stands."""
    return f"{callback_id}.{_seal('promise' if takes_back else 'sight', callback_id, key)}"


def read_secret(text: str, key: bytes, *, takes_back: bool = True) -> str | None:
    """Return the promise's id, if it is ours, and good for that."""
    match = _SECRET.fullmatch(text)
    kinds = ("promise",) if takes_back else ("promise", "sight")
    if match is None or not any(hmac.compare_digest(match["seal"], _seal(kind, match["said"], key)) for kind in kinds):
        return None
    return match["said"]


def write_asker(callback_id: str, neighbourhood: str, key: bytes) -> str:
    """Write from where this promise was asked for: it can be compared, and says no address to who reads the table."""
    return _seal("asker", f"{callback_id}:{neighbourhood}", key)


def _seal(kind: str, said: str, key: bytes) -> str:
    # 128 bits: short enough for an address, and nobody guesses them
    return hmac.new(key, f"{kind}:{said}".encode(), hashlib.sha256).hexdigest()[:32]
