"""One settings object from callroom.toml, the environment and the generated secrets, read once at start."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from agent_ui.errors import ConfigError
from agent_ui.secrets import Secrets, load_secrets
from agent_ui.settings import (
    AsteriskSettings,
    DatabaseSettings,
    DemoSettings,
    MailSettings,
    Ports,
    RecordingSettings,
    TelephoneSettings,
    WebSettings,
)
from crm_core.domain.voicemail_rules import LANGUAGES, MOST_ADDRESSES, are_addresses

T = TypeVar("T")

NUMBER = re.compile(r"\+?[0-9]{1,20}")
ORIGIN = re.compile(r"https?://[^/\s]+")
DATABASE = re.compile(r"(sqlite|postgres(ql)?)(\+\w+)?://")
NODE = re.compile(r"[A-Za-z0-9_-]{1,16}")
FEWEST_RTP_PORTS = 20
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that a start needs to know."""

    home: Path
    ports: Ports
    web: WebSettings
    database: DatabaseSettings
    telephone: TelephoneSettings
    demo: DemoSettings
    asterisk: AsteriskSettings
    recordings: RecordingSettings
    mail: MailSettings
    secrets: Secrets = field(repr=False)

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL, with its async driver."""
        return self.database.url or f"sqlite+aiosqlite:///{self.home / 'callroom.db'}"

    @property
    def extensions(self) -> tuple[str, ...]:
        """The pool that users are given extensions from."""
        first = self.asterisk.extension_first
        return tuple(str(number) for number in range(first, first + self.asterisk.extension_count))

    @property
    def recordings_folder(self) -> Path:
        """Where finished recordings are."""
        return Path(self.recordings.folder) if self.recordings.folder else self.home / "recordings"


SECTIONS: dict[str, type] = {
    "web": WebSettings,
    "database": DatabaseSettings,
    "telephone": TelephoneSettings,
    "demo": DemoSettings,
    "asterisk": AsteriskSettings,
    "recordings": RecordingSettings,
    "mail": MailSettings,
}


def find_home(environment: Mapping[str, str]) -> Path:
    """CALLROOM_HOME, or ./var."""
    return Path(environment.get("CALLROOM_HOME") or "var").resolve()


def load_config(environment: Mapping[str, str] | None = None) -> Config:
    """Read settings and secrets; secrets are made on the first start. Raises ConfigError with the key's name."""
    environment = os.environ if environment is None else environment
    home = find_home(environment)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    document = _read_file(home / "callroom.toml")
    ports = Ports(_base_port(document, environment))
    parts: dict[str, Any] = {
        name: _read_section(kind, name, document.pop(name, {}), environment) for name, kind in SECTIONS.items()
    }
    _check_telephone(parts["telephone"])
    _check_rules(parts)
    if document:
        raise ConfigError(min(document), f"unknown section or key; known are base_port, {', '.join(SECTIONS)}")
    web: WebSettings = parts["web"]
    if not web.port:
        parts["web"] = replace(web, port=ports.http)
    return Config(home=home, ports=ports, secrets=load_secrets(home / "secrets.toml"), **parts)


def _are_networks(texts: Sequence[str]) -> bool:
    try:
        return bool([ip_network(text) for text in texts]) or not texts
    except ValueError:
        return False


def _has_good_port(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        # also what a "/", "?" or "#" in a password looks like
        return False


# What a value of the right kind can still get wrong, and would only show much later.
RULES: tuple[tuple[str, str, Callable[[Any], object], str], ...] = (
    ("web", "port", lambda port: 0 <= port <= 65535, "is not a port; 0 takes base_port"),
    ("web", "public_origin", lambda text: not text or ORIGIN.fullmatch(text), "is not like https://calls.example.org"),
    ("web", "trusted_proxies", _are_networks, "is not a list of addresses or networks like 10.0.0.0/8"),
    ("database", "url", lambda url: not url or DATABASE.match(url), "is neither sqlite:///… nor postgresql://…"),
    (
        "database",
        "url",
        _has_good_port,
        "has no port after its last colon; in a password, / is %2F, ? is %3F, # is %23",
    ),
    ("asterisk", "ami_port", lambda port: 0 <= port <= 65535, "is not a port; 0 takes the one after base_port"),
    ("asterisk", "node", NODE.fullmatch, "is not a short name of letters, digits, - and _"),
    ("asterisk", "extension_first", lambda first: first > 0, "is not above 0"),
    ("asterisk", "extension_count", lambda count: 0 < count <= 9999, "is not between 1 and 9999"),
    ("asterisk", "rtp_start", lambda port: 1024 <= port <= 65535, "is not between 1024 and 65535"),
    ("asterisk", "rtp_end", lambda port: 1024 <= port <= 65535, "is not between 1024 and 65535"),
    (
        "recordings",
        "folder",
        lambda path: not path or Path(path).is_absolute(),
        "is not a whole path: it begins with /",
    ),
    ("mail", "port", lambda port: 0 < port <= 65535, "is not a port"),
    ("mail", "security", {"starttls", "tls", "none"}.__contains__, "is not starttls, tls or none"),
    ("mail", "sender", lambda text: not text or "@" in text, "is not an address like callroom@example.org"),
    ("mail", "voicemails_to", are_addresses, f"is not a list of at most {MOST_ADDRESSES} like name@example.org"),
    ("mail", "voicemails_language", LANGUAGES.__contains__, "is not zh or en"),
    ("recordings", "keep_days", lambda days: days > 0, "is not above 0"),
    ("recordings", "longest_pause_s", lambda seconds: 5 <= seconds <= 600, "is not between 5 and 600"),
    ("telephone", "park_s", lambda seconds: 10 <= seconds <= 1800, "is not between 10 and 1800"),
    ("telephone", "campaign_lines_max", lambda lines: lines >= 0, "is below 0"),
    ("recordings", "stop_below_free_ratio", lambda ratio: 0 <= ratio < 1, "is not between 0 and 1"),
)


def _check_rules(parts: Mapping[str, Any]) -> None:
    for section, key, is_good, problem in RULES:
        value = getattr(parts[section], key)
        if not is_good(value):
            # the database's holds a password, and this goes to journals
            shown = "" if section == "database" else f"{value!r} "
            raise ConfigError(f"{section}.{key}", f"{shown}{problem}")
    web: WebSettings = parts["web"]
    if bool(web.tls_cert) != bool(web.tls_key):
        missing = "tls_key" if web.tls_cert else "tls_cert"
        raise ConfigError(f"web.{missing}", "is missing: a certificate and its key go together")
    if web.tls_cert and web.public_origin.startswith("http://"):
        raise ConfigError("web.public_origin", "begins with http://, but Callroom speaks TLS here: write https://")
    asterisk: AsteriskSettings = parts["asterisk"]
    if asterisk.rtp_end - asterisk.rtp_start < FEWEST_RTP_PORTS:
        raise ConfigError("asterisk.rtp_end", f"must be at least {FEWEST_RTP_PORTS} above rtp_start")


def _check_telephone(telephone: TelephoneSettings) -> None:
    for number in telephone.transfer_numbers:
        if not NUMBER.fullmatch(number):
            raise ConfigError("telephone.transfer_numbers", f"{number!r} is not digits, with a + in front at most")
    try:
        _ = telephone.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError("telephone.time_zone", f"{telephone.time_zone!r} is not a time zone") from error


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"is not TOML: {error}") from error


def _base_port(document: dict[str, Any], environment: Mapping[str, str]) -> int:
    value = document.pop("base_port", Ports().base)
    port: int = _typed("base_port", int, environment.get("CALLROOM_BASE_PORT", value))
    if not 1024 <= port <= 65000:
        raise ConfigError("base_port", f"{port} is not between 1024 and 65000")
    return port


def _read_section(kind: type[T], name: str, table: object, environment: Mapping[str, str]) -> T:
    if not isinstance(table, dict):
        raise ConfigError(name, "must be a table: [" + name + "]")
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for item in fields(kind):  # type: ignore[arg-type]  # every SECTIONS value is a dataclass
        key = f"{name}.{item.name}"
        raw: Any = table.pop(item.name, MISSING)
        raw = environment.get(f"CALLROOM_{name}_{item.name}".upper(), raw)
        if raw is not MISSING:
            values[item.name] = _typed(key, hints[item.name], raw)
        elif item.default is MISSING:
            raise ConfigError(key, "is missing and has no default")
    if table:
        raise ConfigError(f"{name}.{min(table)}", "unknown key")
    return kind(**values)


def _typed(key: str, kind: type, raw: object) -> Any:
    """Environment values are text, TOML values have a type already."""
    if kind == tuple[str, ...]:
        return _texts(key, raw)
    if isinstance(raw, str) and kind is not str:
        return _from_text(key, kind, raw)
    if kind is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if type(raw) is not kind:
        raise ConfigError(key, f"must be {kind.__name__}, not {type(raw).__name__}")
    return raw


def _texts(key: str, raw: object) -> tuple[str, ...]:
    """In TOML a list, in the environment separated by commas."""
    items = [item.strip() for item in raw.split(",") if item.strip()] if isinstance(raw, str) else raw
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ConfigError(key, 'must be a list of texts: ["...", "..."]')
    return tuple(items)


def _from_text(key: str, kind: type, raw: str) -> Any:
    if kind is bool and raw.lower() in TRUE | FALSE:
        return raw.lower() in TRUE
    try:
        if kind in {int, float}:
            return kind(raw)
    except ValueError:
        pass
    raise ConfigError(key, f"must be {kind.__name__}, not {raw!r}")
