"""The certificate that pages, API and sockets are served with: checked before it is used, renewed in place."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent_ui.errors import ConfigError

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 10.0
SOON_DAYS = 14
# OpenSSL's numbers for a certificate that is too old, or too young
_EXPIRED, _NOT_YET_VALID = 10, 9


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the file says: the names that browsers may use, and until when."""

    names: tuple[str, ...]
    valid_until: datetime


class TlsFiles:
    """A certificate (with its chain, the server's own first) and its key, both PEM."""

    def __init__(self, cert: Path, key: Path) -> None:
        self._cert = cert
        self._key = key
        self._context: ssl.SSLContext | None = None
        self._seen: tuple[float, ...] = ()

    @classmethod
    def named(cls, cert: str, key: str) -> "TlsFiles | None":
        """None where no certificate is named: TLS is somebody else's, or nobody's."""
        return cls(Path(cert), Path(key)) if cert else None

    def context(self) -> ssl.SSLContext:
        """Return what a server listens with; raises ConfigError that names the file and the cure."""
        if self._context is None:
            self.inspect()
            self._seen = self._times()
            self._context = self._load()
        return self._context

    def inspect(self) -> Certificate:
        """Check both files as a browser would meet them; raises ConfigError."""
        return _shake_hands(self._load(), self._cert)

    async def watch(self) -> None:
        """Take a renewed certificate into use for new connections, without a restart, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await asyncio.to_thread(self.renew)

    def renew(self) -> bool:
        """Look whether the files changed; what is not right leaves the present certificate in use."""
        try:
            times = self._times()
            if self._context is None or times == self._seen:
                return False
            # a pair is replaced file by file: half of it fits in a moment
            found = self.inspect()
            self._context.load_cert_chain(self._cert, self._key)
        except (ConfigError, OSError) as error:
            _log.warning("Renewed TLS certificate is not used", extra={"problem": str(error)})
            return False
        self._seen = times
        _log.info("Renewed TLS certificate", extra={"names": found.names, "valid_until": found.valid_until.isoformat()})
        return True

    def _times(self) -> tuple[float, ...]:
        return tuple(path.stat().st_mtime_ns for path in (self._cert, self._key))

    def _load(self) -> ssl.SSLContext:
        for setting, path in (("web.tls_cert", self._cert), ("web.tls_key", self._key)):
            try:
                path.read_bytes()
            except OSError as error:
                raise ConfigError(setting, f"{path} cannot be read: {error.strerror}") from error
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self._cert, self._key, password=_no_password)
        except (ssl.SSLError, ValueError) as error:
            raise self._explained(error) from error
        return context

    def _explained(self, error: ssl.SSLError | ValueError) -> ConfigError:
        if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
            problem = f"{self._key} is not the key of {self._cert}; name the two that were made together"
            return ConfigError("web.tls_key", problem)
        if isinstance(error, ValueError) and not isinstance(error, ssl.SSLError):
            problem = f"{self._key} is locked with a password; store it without one, readable by Callroom alone"
            return ConfigError("web.tls_key", problem)
        for setting, path, mark in (
            ("web.tls_cert", self._cert, b"BEGIN CERTIFICATE"),
            ("web.tls_key", self._key, b"PRIVATE KEY"),
        ):
            if mark not in path.read_bytes():
                return ConfigError(setting, f"{path} is not a PEM file with -----{mark.decode()}----- in it")
        return ConfigError("web.tls_cert", f"{self._cert} and {self._key} cannot be used: {error}")


def _no_password() -> str:
    raise ValueError("the key asks for a password")


def days_left(certificate: Certificate, now: datetime) -> int:
    """Whole days for which it is good."""
    return (certificate.valid_until - now).days


def is_for(certificate: Certificate, host: str) -> bool:
    """Tell whether browsers accept it for this host; a wildcard stands for one label, the first."""
    wanted = {host.lower(), "*." + host.lower().partition(".")[2]}
    return any(name.lower() in wanted for name in certificate.names)


def _shake_hands(server_side: ssl.SSLContext, cert: Path) -> Certificate:
    """Meet the certificate as a client does, in memory: OpenSSL itself says what is wrong with it."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trusting.load_verify_locations(cert)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server]
    try:
        while waiting:
            waiting = [side for side in waiting if not _step(side)]
    except ssl.SSLCertVerificationError as error:
        raise ConfigError("web.tls_cert", f"{cert} {_complaint(error)}") from error
    found = client.getpeercert() or {}
    names = tuple(str(pair[1]) for pair in found.get("subjectAltName", ()) if pair[0] in {"DNS", "IP Address"})
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)
    return Certificate(names, until)


def _step(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _complaint(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return "has expired; renew it (Callroom takes new files into use by itself while it runs)"
    if error.verify_code == _NOT_YET_VALID:
        return "is not valid yet; check this machine's clock"
    return f"would be refused by browsers: {error.verify_message}"
