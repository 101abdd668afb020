"""Where everything of the private Asterisks lies, and on which ports they listen."""

import os
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cti.asterisk.secrets import AsteriskSecrets
from cti.errors import AsteriskMissing

LOOPBACK = "127.0.0.1"
# The simulated carrier has a loopback address of its own: the trunk is told from a browser by address alone, and
# nothing that comes through the SIP proxy (127.0.0.1) can pretend to be the carrier.
CARRIER = "127.0.0.2"
# sizeof(sockaddr_un.sun_path) - 1 on Linux: the control socket's whole path must fit
MAX_SOCKET_PATH = 107


@dataclass(frozen=True, slots=True)
class InstanceLayout:
    """The folders of one running Asterisk, all below `root`."""

    root: Path

    @property
    def etc(self) -> Path:
        """Rendered configuration; written anew by every configure."""
        return self.root / "etc"

    @property
    def config_file(self) -> Path:
        """What `asterisk -C` is given; it also tells this process from every other Asterisk."""
        return self.etc / "asterisk.conf"

    @property
    def lib(self) -> Path:
        """Writable data."""
        return self.root / "lib"

    @property
    def db(self) -> Path:
        """Asterisk's own small database (queue members, contacts)."""
        return self.root / "db"

    @property
    def keys(self) -> Path:
        """Unused, but Asterisk wants it."""
        return self.root / "keys"

    @property
    def agi_bin(self) -> Path:
        """The emergency script's launcher."""
        return self.root / "agi-bin"

    @property
    def sounds(self) -> Path:
        """Prompts that were spoken for this instance."""
        return self.root / "sounds"

    @property
    def spool(self) -> Path:
        """Asterisk's spool."""
        return self.root / "spool"

    @property
    def run(self) -> Path:
        """Process id and control socket."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """Asterisk's messages, and what it printed while starting."""
        return self.root / "log"

    @property
    def pid_file(self) -> Path:
        """Written by us at start; never trusted without a look at the process."""
        return self.run / "callroom-started.pid"

    @property
    def console_log(self) -> Path:
        """Standard output and error of the process."""
        return self.log / "console"

    @property
    def messages_log(self) -> Path:
        """Warnings and errors of the running Asterisk (logger.conf)."""
        return self.log / "messages"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All that must exist before the start."""
        return (
            self.etc,
            self.lib,
            self.db,
            self.keys / "keys",
            self.agi_bin,
            self.sounds,
            self.spool,
            self.run,
            self.log,
        )

    def check(self) -> None:
        """Raise AsteriskMissing when the control socket's path would not fit into a Unix socket address."""
        longest = str(self.run / "asterisk.ctl")
        if len(os.fsencode(longest)) > MAX_SOCKET_PATH:
            raise AsteriskMissing(
                f"The folder's path is too long for Asterisk's control socket ({longest})",
                "Choose a shorter CALLROOM_HOME.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSettings:
    """Callroom's own Asterisk. All addresses are loopback; media to browsers uses the machine's own addresses (ICE)."""

    layout: InstanceLayout
    secrets: AsteriskSecrets = field(repr=False)
    recordings_incoming: Path
    emergency_spool: Path
    voicemails_incoming: Path
    music: Path
    ami_port: int
    agi_port: int
    ws_port: int
    sip_port: int
    carrier_host: str = CARRIER
    carrier_port: int
    rtp_first: int = 10000
    rtp_last: int = 14999
    node: str = "n1"
    ami_user: str = "callroom"
    ami_events_user: str = "callroom-events"
    extension_first: int = 1001
    extension_count: int = 50
    language: str = "zh"

    @property
    def extensions(self) -> tuple[str, ...]:
        """The pool of WebRTC endpoints."""
        return tuple(str(self.extension_first + i) for i in range(self.extension_count))


@dataclass(frozen=True, slots=True, kw_only=True)
class PstnSettings:
    """The PSTN simulator: a second Asterisk that plays the carrier and everybody on its network."""

    layout: InstanceLayout
    secrets: AsteriskSecrets = field(repr=False)
    ami_port: int
    sip_port: int
    switch_port: int
    host: str = CARRIER
    rtp_first: int = 15000
    rtp_last: int = 19999
    ami_user: str = "demo"


def callroom_settings(home: Path, base_port: int, secrets: AsteriskSecrets) -> InstanceSettings:
    """Return the settings of Callroom's Asterisk for a home and a base port; use dataclasses.replace to differ."""
    return InstanceSettings(
        layout=InstanceLayout(home / "run" / "callroom"),
        secrets=secrets,
        recordings_incoming=home / "recordings" / "incoming",
        emergency_spool=home / "spool" / "emergency",
        voicemails_incoming=home / "voicemails" / "incoming",
        music=home / "music",
        ami_port=base_port + 1,
        agi_port=base_port + 2,
        ws_port=base_port + 3,
        sip_port=base_port + 4,
        carrier_port=base_port + 14,
    )


def pstn_settings(home: Path, base_port: int, secrets: AsteriskSecrets) -> PstnSettings:
    """Return the settings of the PSTN simulator that belongs to the same home and base port."""
    return PstnSettings(
        layout=InstanceLayout(home / "run" / "pstn"),
        secrets=secrets,
        ami_port=base_port + 11,
        sip_port=base_port + 14,
        switch_port=base_port + 4,
    )


def prefix_of(home: Path, environment: Mapping[str, str]) -> Path:
    """Return where the private Asterisk is installed: CALLROOM_ASTERISK_PREFIX, or HOME/asterisk."""
    return Path(environment.get("CALLROOM_ASTERISK_PREFIX") or home / "asterisk").absolute()


def templates_dir() -> Path:
    """Return `asterisk-conf`: beside the packages in a checkout, under share/ when installed."""
    checkout = Path(__file__).resolve().parents[2] / "asterisk-conf"
    if checkout.is_dir():
        return checkout
    return Path(sysconfig.get_path("data")) / "share" / "callroom" / "asterisk-conf"
