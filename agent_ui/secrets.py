"""The generated secrets: made once per installation, in a file that only its owner reads."""

import secrets
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from agent_ui.errors import ConfigError
from cti.asterisk.secrets import AsteriskSecrets, load_or_create, write_private

DEMO_LOGINS = ("admin", "supervisor", "agent", "agent2")
PRIVATE_UMASK = 0o077
OTHERS = 0o077
# no letter or digit that is mistaken for another when typed from a screen
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Secrets:
    """`passwords` are those of the demonstration's users, shown at every start; `metrics_token` opens /metrics.

    `mail_password` is none of ours: an administrator writes it there.
    """

    asterisk: AsteriskSecrets = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    metrics_token: str = field(repr=False)
    mail_password: str = field(default="", repr=False)


def load_secrets(path: Path) -> Secrets:
    """Read the file; make what is not there yet. A table with a missing key is an error, never silently refilled."""
    try:
        asterisk = load_or_create(path)
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), f"is not TOML: {error}") from error
    except ValueError as error:
        raise ConfigError(f"{path.name} [asterisk]", str(error)) from error
    table, metrics = document.get("passwords"), document.get("metrics")
    if table is None:
        table = {login: make_password() for login in DEMO_LOGINS}
        lines = "".join(f'{login} = "{password}"\n' for login, password in table.items())
        text = f"{text}\n[passwords]\n{lines}"
        write_private(path, text)
    if metrics is None:
        metrics = {"token": secrets.token_urlsafe(32)}
        write_private(path, f'{text}\n[metrics]\ntoken = "{metrics["token"]}"\n')
    for login in DEMO_LOGINS:
        if not isinstance(table.get(login), str) or len(table[login]) < 12:
            raise ConfigError(f"{path.name} passwords.{login}", "is missing or shorter than 12 characters")
    token = metrics.get("token")
    if not isinstance(token, str) or len(token) < 32:
        raise ConfigError(f"{path.name} metrics.token", "is missing or shorter than 32 characters")
    mail_password = document.get("mail", {}).get("password", "")
    if not isinstance(mail_password, str):
        raise ConfigError(f"{path.name} mail.password", "is not a text")
    return Secrets(asterisk, {login: table[login] for login in DEMO_LOGINS}, token, mail_password)


def close_to_others(home: Path) -> None:
    """Let only the owner into the home folder, but leave one that is everybody's on purpose, such as /tmp."""
    mode = home.stat().st_mode
    if mode & OTHERS and not mode & stat.S_ISVTX:
        home.chmod(stat.S_IMODE(mode) & ~OTHERS)
    secrets_file = home / "secrets.toml"
    if secrets_file.stat().st_mode & OTHERS:
        secrets_file.chmod(0o600)


def make_password() -> str:
    """About 98 bits that can be typed."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)
