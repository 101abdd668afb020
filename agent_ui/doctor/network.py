"""Looks at what listens where: Callroom itself, and whoever may have taken its ports."""

import ipaddress
import time
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from agent_ui.config import Config
from agent_ui.doctor.finding import Finding, fail, ok, warn
from agent_ui.errors import ConfigError, PortTaken
from agent_ui.one_per_home import holder
from agent_ui.plant import Plant, check_port
from agent_ui.settings import WebSettings
from agent_ui.tls import SOON_DAYS, TlsFiles, days_left, is_for
from cti.errors import AsteriskMissing

ANSWER_LIMIT = aiohttp.ClientTimeout(total=5)


async def examine_service(config: Config, plant: Plant) -> list[Finding]:
    """Whether Callroom answers; if not, whether its ports are free for it.

    One that runs is asked where it says that it is, too: it may have been started with a certificate of its own.
    """
    address = f"{'https' if config.web.tls_cert else 'http'}://{config.web.host}:{config.web.port}"
    running = holder(config.home)
    began = time.monotonic()
    for place in dict.fromkeys((address, address if running is None else running.address)):
        if await _answers(place):
            return [ok("callroom_answers", address=place, ms=f"{(time.monotonic() - began) * 1000:.0f}")]
    if running is not None:
        return [fail("callroom_frozen", pid=running.pid, address=running.address)]
    return [warn("callroom_silent", address=address), *_examine_ports(config, plant)]


async def _answers(address: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=ANSWER_LIMIT) as http,
            # who answers is the question here, not whom the certificate names
            http.get(f"{address}/api/v1/health", ssl=False) as answer,
        ):
            return bool((await answer.json())["status"] == "ok")
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError):
        # nobody there, or somebody else: the ports say more
        return False


def _examine_ports(config: Config, plant: Plant) -> list[Finding]:
    found: list[Finding] = []
    for host, port, what in (
        (config.web.host, config.web.port, "pages"),
        ("127.0.0.1", config.ports.agi, "FastAGI"),
    ):
        try:
            check_port(host, port, what)
        except PortTaken:
            found.append(fail("port_taken", port=port, what=what))
    if config.asterisk.managed:
        try:
            plant.check_ports(plant.program())
        except PortTaken as error:
            found.append(fail("port_taken", port=error.port, what=error.what))
        except AsteriskMissing:
            pass  # the examination of Asterisk says so
    return found or [ok("ports_free")]


def examine_tls(config: Config, now: datetime) -> list[Finding]:
    """Browsers give the microphone only to https and to their own machine."""
    web = config.web
    if web.tls is not None:
        return [_certificate(web.tls, web.tls_cert, _host_in_browsers(web), now)]
    if web.secure:
        return [ok("tls_at_proxy", origin=web.public_origin)]
    if _is_loopback(web.host):
        return [ok("tls_loopback", host=web.host)]
    return [warn("tls_missing", host=web.host)]


def _certificate(files: TlsFiles, name: str, host: str, now: datetime) -> Finding:
    try:
        certificate = files.inspect()
        left = days_left(certificate, now)
    except ConfigError as error:
        return fail("tls_unusable", file=name, error=error)
    if host and not is_for(certificate, host):
        return fail("tls_wrong_name", file=name, names=", ".join(certificate.names) or "-", host=host)
    return warn("tls_expires", file=name, days=left) if left < SOON_DAYS else ok("tls_good", file=name, days=left)


def _host_in_browsers(web: WebSettings) -> str:
    """Where browsers go, as far as we were told: "" for every address of this machine."""
    if web.public_origin:
        return urlsplit(web.public_origin).hostname or ""
    return "" if _is_loopback(web.host) or _is_everywhere(web.host) else web.host


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
