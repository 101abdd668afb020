"""What a link to a wallboard carries: the link's number and end, sealed with a key of the installation. No more."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_TOKEN = re.compile(r"(?P<said>(?P<link>[1-9][0-9]{0,17})\.(?P<until>[1-9][0-9]{0,11}))\.(?P<seal>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Token:
    """It opens what the row of this number says, and only if the row has the same end."""

    link_id: int
    expires_at: datetime


def token_key(sip_key: str) -> bytes:
    """Derive the key from the installation's secret, for this purpose alone."""
    return hmac.new(sip_key.encode(), b"callroom wallboard link", hashlib.sha256).digest()


def write_token(token: Token, key: bytes) -> str:
    """Write what `read_token` reads: the same one each time, so it need not be kept anywhere."""
    said = f"{token.link_id}.{int(token.expires_at.timestamp())}"
    return f"{said}.{_seal(said, key)}"


def read_token(text: str, key: bytes) -> Token | None:
    """Return the token if it is ours; whether it is over or was taken back is the row's to say."""
    match = _TOKEN.fullmatch(text)
    if match is None or not hmac.compare_digest(match["seal"], _seal(match["said"], key)):
        return None
    return Token(int(match["link"]), datetime.fromtimestamp(int(match["until"]), UTC))


def _seal(said: str, key: bytes) -> str:
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
