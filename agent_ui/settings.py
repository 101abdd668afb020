"""What an administrator may set about pages, sessions and the demonstration."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agent_ui.tls import TlsFiles


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`public_origin` is what browsers see when a TLS proxy stands in front ("https://calls.example.org").

    `port` 0 is the base port. With `tls_cert` and `tls_key` (PEM files) Callroom speaks TLS itself. `trusted_proxies`
    are addresses or networks whose X-Forwarded-For is believed.
    """

    host: str = "127.0.0.1"
    port: int = 0
    public_origin: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    trusted_proxies: tuple[str, ...] = ()
    session_idle_s: int = 3600
    session_absolute_s: int = 16 * 3600
    login_tries_per_account: int = 8
    login_tries_per_address: int = 40
    login_window_s: int = 300
    body_limit_bytes: int = 1_000_000
    upload_limit_bytes: int = 30_000_000
    import_limit_bytes: int = 200_000_000
    push_queue_limit: int = 1024
    push_stall_s: float = 5.0

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by TLS, so that cookies may insist on it."""
        return self.public_origin.startswith("https://") or bool(self.tls_cert)

    @property
    def tls(self) -> TlsFiles | None:
        """The certificate to serve with; None where TLS is somebody else's, or nobody's."""
        return TlsFiles.named(self.tls_cert, self.tls_key)

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return self.public_origin or f"{'https' if self.tls_cert else 'http'}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """An empty `url` is the SQLite file in the home folder."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class TelephoneSettings:
    """`area_code` ("0755") is the trunk's own, for callers without one. A day of the counters begins in `time_zone`.

    `transfer_numbers` are the only ones that a flow may send callers out to: each such call costs money.
    A parked caller is brought back after `park_s`. `agents_see_supervisors` shows agents who listens to their call,
    whispers or has barged in, until an administrator says it on the page. `agents_choose_phones`: they say themselves
    with what they talk. `campaign_lines_max` are the lines that all campaigns together may have, ringing and talking;
    0: each has its own limit alone.
    """

    area_code: str = ""
    time_zone: str = "Asia/Shanghai"
    transfer_numbers: tuple[str, ...] = ()
    agents_see_supervisors: bool = False
    park_s: float = 120.0
    agents_choose_phones: bool = True
    campaign_lines_max: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as Python has it."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """`enabled` fills an empty database with people to play with, and starts the PSTN simulator."""

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """The private instance. `rtp_start`..`rtp_end` is split between Callroom and the PSTN simulator.

    `ami_port` is where Callroom asks for AMI when something stands in between, such as a tunnel; 0: where it listens.
    """

    managed: bool = True
    ami_port: int = 0
    node: str = "n1"
    extension_first: int = 1001
    extension_count: int = 50
    rtp_start: int = 10000
    rtp_end: int = 19999


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """Files go under `folder` ("" is recordings/ in the home folder) and leave it after `keep_days`.

    A recording that an agent paused goes on by itself after `longest_pause_s`.
    """

    folder: str = ""
    keep_days: int = 180
    stop_below_free_ratio: float = 0.02
    longest_pause_s: float = 60.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that reports are mailed by; no `host`: none are. `security` is starttls, tls or none.

    The password of `user` stands in secrets.toml: `[mail]`, `password`. `voicemails_to` are told of voicemails that
    were left in no queue, in `voicemails_language`; of those of a queue its own addresses are.
    """

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    sender: str = ""
    voicemails_to: tuple[str, ...] = ()
    voicemails_language: str = "zh"


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port of one installation, counted from one base."""

    base: int = 8700

    @property
    def http(self) -> int:
        """Pages, API, push and SIP."""
        return self.base

    @property
    def ami(self) -> int:
        """The private Asterisk's manager."""
        return self.base + 1

    @property
    def agi(self) -> int:
        """Our FastAGI server."""
        return self.base + 2

    @property
    def ws(self) -> int:
        """The private Asterisk's WebSocket, seen by the SIP proxy alone."""
        return self.base + 3

    @property
    def sip(self) -> int:
        """The trunk's side here."""
        return self.base + 4

    @property
    def phones(self) -> int:
        """Browsers' SIP, in a process of its own."""
        return self.base + 5

    @property
    def pstn_ami(self) -> int:
        """The PSTN simulator's manager."""
        return self.base + 11

    @property
    def pstn_sip(self) -> int:
        """The trunk's side there."""
        return self.base + 14
