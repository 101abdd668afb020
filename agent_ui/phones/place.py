"""Where the phones' door is, and what it must know: the same for the main process and the door's own."""

import hashlib
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from agent_ui.config import Config
from agent_ui.phones.ticket import ticket_key


@dataclass(frozen=True, slots=True)
class DoorPlace:
    """`socket` is the control link's path."""

    host: str
    port: int
    socket: Path
    asterisk_url: str
    page_port: int
    public_origin: str
    secure: bool
    tls_cert: str
    tls_key: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, config: Config) -> "DoorPlace":
        """Read it from the settings."""
        return cls(
            host=config.web.host,
            port=config.ports.phones,
            socket=config.home / "run" / "phones.sock",
            asterisk_url=f"ws://127.0.0.1:{config.ports.ws}/ws",
            page_port=config.web.port,
            public_origin=config.web.public_origin,
            secure=config.web.secure,
            tls_cert=config.web.tls_cert,
            tls_key=config.web.tls_key,
            key=ticket_key(config.secrets.asterisk.sip_key),
        )

    @property
    def fingerprint(self) -> str:
        """Two doors with the same one are the same door."""
        said = [version("callroom"), self.host, self.port, self.asterisk_url, self.page_port, self.public_origin]
        said += [self.secure, self.tls_cert, self.tls_key, self.key]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
