"""Passwords between Callroom and its Asterisk: made once, kept in a file that only its owner reads."""

import hashlib
import hmac
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

SECRET_BYTES = 24
# Files that were written before these existed are completed; any other missing key is somebody's mistake.
ADDED_SINCE = frozenset({"ami_events_secret", "agi_secret"})


@dataclass(frozen=True, slots=True, repr=False)
class AsteriskSecrets:
    """Never printed; every installation has its own. By `agi_secret` a session proves that the dialplan began it."""

    ami_secret: str
    ami_events_secret: str
    pstn_ami_secret: str
    sip_key: str
    agi_secret: str

    @classmethod
    def generate(cls) -> "AsteriskSecrets":
        """Return fresh ones (192 bits each)."""
        return cls(*(secrets.token_hex(SECRET_BYTES) for _ in fields(cls)))

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> "AsteriskSecrets":
        """Return what a settings file holds; ValueError names the key that is missing or not plain hexadecimal."""
        for name in (f.name for f in fields(cls)):
            value = table.get(name)
            # Hexadecimal only: the value goes into Asterisk's configuration, where ; # and \ have a meaning.
            if not isinstance(value, str) or len(value) < 32 or not all(c in "0123456789abcdef" for c in value):
                raise ValueError(f"secret {name} is missing or not at least 32 hexadecimal digits")
        return cls(**{f.name: str(table[f.name]) for f in fields(cls)})

    def to_table(self) -> dict[str, str]:
        """Return them for a settings file."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self)}


def sip_password(sip_key: str, extension: str) -> str:
    """Return the SIP password of an extension: derived, so that nothing needs to be stored per user."""
    return hmac.new(sip_key.encode(), extension.encode(), hashlib.sha256).hexdigest()[:32]


def load_or_create(path: Path) -> AsteriskSecrets:
    """Return the `[asterisk]` table of a TOML file, adding it with fresh secrets when it is not there (mode 0600)."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    table = tomllib.loads(text).get("asterisk")
    if table is not None:
        if ADDED_SINCE - table.keys():
            text, table = _with_added(text, table)
            write_private(path, text)
        return AsteriskSecrets.from_table(table)
    fresh = AsteriskSecrets.generate()
    lines = [f'{name} = "{value}"\n' for name, value in fresh.to_table().items()]
    gap = "" if not text or text.endswith("\n") else "\n"
    write_private(path, f"{text}{gap}[asterisk]\n{''.join(lines)}")
    return fresh


def _with_added(text: str, table: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Give an installation of before the secrets that have come since; the others stay as they are."""
    fresh = {name: secrets.token_hex(SECRET_BYTES) for name in sorted(ADDED_SINCE - table.keys())}
    lines = "".join(f'{name} = "{value}"\n' for name, value in fresh.items())
    return re.sub(r"^\[asterisk\][^\n]*\n", lambda header: header[0] + lines, text, count=1, flags=re.M), {
        **table,
        **fresh,
    }


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that only its owner can read, never half of it, and although the old one is being read or run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
