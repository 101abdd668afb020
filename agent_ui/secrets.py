"""The generated secrets: made once per installation, in a file that only its owner reads."""

import os
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from agent_ui.errors import ConfigError

DEMO_LOGINS = ("admin", "supervisor", "agent", "agent2")
KEYS = ("ami_secret", "pstn_ami_secret", "sip_key")
# no letter or digit that is mistaken for another when typed from a screen
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Secrets:
    """`passwords` are those of the demonstration's users, shown at every start."""

    ami_secret: str = field(repr=False)
    pstn_ami_secret: str = field(repr=False)
    sip_key: str = field(repr=False)
    passwords: dict[str, str] = field(repr=False)


def load_secrets(path: Path) -> Secrets:
    """Read the file; make it on the first start. An incomplete file is an error, never silently refilled."""
    if not path.exists():
        _create(path)
    path.chmod(0o600)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), f"is not TOML: {error}") from error
    passwords = document.get("passwords", {})
    for key in KEYS:
        _check(f"secrets.{key}", document.get(key))
    for login in DEMO_LOGINS:
        _check(f"secrets.passwords.{login}", passwords.get(login))
    return Secrets(**{key: document[key] for key in KEYS}, passwords={login: passwords[login] for login in DEMO_LOGINS})


def make_password() -> str:
    """95 bits that can be typed."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _check(key: str, value: object) -> None:
    if not isinstance(value, str) or len(value) < 12:
        raise ConfigError(key, "is missing or shorter than 12 characters; delete secrets.toml to make new ones")


def _create(path: Path) -> None:
    lines = ["# Generated at the first start. Whoever reads this file can use the installation.\n"]
    lines += [f'{key} = "{secrets.token_hex(24)}"\n' for key in KEYS]
    lines += ["\n[passwords]\n"] + [f'{login} = "{make_password()}"\n' for login in DEMO_LOGINS]
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
