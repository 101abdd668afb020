"""TLS of our own: wrong files are explained, cookies and sockets are secure, a renewal needs no restart."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from agent_ui.__main__ import main, parse
from agent_ui.app import running
from agent_ui.commands.serving import config_with
from agent_ui.config import load_config
from agent_ui.errors import ConfigError
from agent_ui.parts import Parts
from agent_ui.tls import TlsFiles, days_left
from crm_core.audit import SYSTEM
from crm_core.migrations import upgrade
from crm_core.users import UserDraft
from cti.clock import SystemClock
from tests.agent_ui.test_app import sign_in_as_admin
from tests.agent_ui.world import running_world
from tests.asterisk.pair import free_base_port
from tests.certificates import make_certificate, trusting
from tests.fakes import FakeSwitch

Pair = tuple[Path, Path]


def missing(folder: Path) -> Pair:
    return make_certificate(folder)[0], folder / "none.key"


def swapped(folder: Path) -> Pair:
    cert, key = make_certificate(folder)
    return key, cert


def foreign_key(folder: Path) -> Pair:
    return make_certificate(folder)[0], make_certificate(folder, "other")[1]


def too_old(folder: Path) -> Pair:
    return make_certificate(folder, days=-1)


def locked(folder: Path) -> Pair:
    return make_certificate(folder, password="secret")


def broken(folder: Path) -> Pair:
    cert, key = make_certificate(folder)
    key.write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    return cert, key


@pytest.mark.parametrize(
    ("make", "setting", "sentence"),
    [
        (missing, "web.tls_key", "none.key cannot be read: No such file"),
        (swapped, "web.tls_cert", "is not a PEM file with -----BEGIN CERTIFICATE-----"),
        (foreign_key, "web.tls_key", "is not the key of"),
        (too_old, "web.tls_cert", "has expired; renew it"),
        (locked, "web.tls_key", "is locked with a password"),
        (broken, "web.tls_cert", "cannot be used"),
    ],
)
def test_wrong_files_are_explained(make: Callable[[Path], Pair], setting: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        TlsFiles(*make(tmp_path)).inspect()
    assert caught.value.key == setting


def test_a_good_pair_says_names_and_time(tmp_path: Path) -> None:
    found = TlsFiles(*make_certificate(tmp_path, days=30)).inspect()
    assert found.names == ("localhost", "calls.example.test", "127.0.0.1")
    assert days_left(found, SystemClock().now() + timedelta(minutes=5)) == 29


def test_one_file_without_the_other_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    assert main(["serve", "--tls-cert", "/x.pem"]) == 1
    assert "web.tls_key: is missing: a certificate and its key go together" in capsys.readouterr().err
    assert main(["serve", "--tls-cert", "/x.pem", "--tls-key", "/x.key"]) == 1
    assert "web.tls_cert: /x.pem cannot be read" in capsys.readouterr().err
    monkeypatch.setenv("CALLROOM_WEB_PUBLIC_ORIGIN", "http://calls.example.test")
    assert main(["serve", "--tls-cert", "/x.pem", "--tls-key", "/x.key"]) == 1
    assert "write https://" in capsys.readouterr().err


def test_the_command_line_names_the_files_and_tells_of_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    cert, key = make_certificate(tmp_path, days=3)
    line = ["serve", "--tls-cert", str(cert), "--tls-key", str(key)]
    config = config_with(parse(line))
    assert config.web.secure
    assert config.web.address.startswith("https://")
    assert "expires in 2 days: renew it" in capsys.readouterr().out


async def test_a_renewed_certificate_needs_no_restart(tmp_path: Path) -> None:
    cert, key = make_certificate(tmp_path)
    tls = TlsFiles(cert, key)
    assert not tls.renew()
    async with running_world(tmp_path, tls=tls.context()) as world:
        assert await status_with(world.base, cert) == 200
        old = cert.read_bytes()
        assert not tls.renew()
        make_certificate(tmp_path / "new")
        # the two are replaced one after the other
        (tmp_path / "new" / "site.pem").replace(cert)
        (tmp_path / "old.pem").write_bytes(old)
        assert not tls.renew()
        assert await status_with(world.base, tmp_path / "old.pem") == 200
        (tmp_path / "new" / "site.key").replace(key)
        assert tls.renew()
        assert await status_with(world.base, cert) == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await status_with(world.base, tmp_path / "old.pem")


async def status_with(base: str, cert: Path) -> int:
    async with aiohttp.ClientSession() as http, http.get(f"{base}/api/v1/health", ssl=trusting(cert)) as answer:
        return answer.status


async def test_the_whole_server_speaks_tls_only(tmp_path: Path) -> None:
    cert, key = make_certificate(tmp_path)
    environment = {
        "CALLROOM_HOME": str(tmp_path),
        "CALLROOM_BASE_PORT": str(free_base_port()),
        "CALLROOM_WEB_TLS_CERT": str(cert),
        "CALLROOM_WEB_TLS_KEY": str(key),
        "CALLROOM_DEMO_ENABLED": "no",
    }
    config = load_config(environment)
    base = config.web.address
    assert base.startswith("https://127.0.0.1:")
    await upgrade(config.database_url)
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        running(config, str, SystemClock(), [FakeSwitch()]) as parts,
        aiohttp.ClientSession(cookie_jar=jar, connector=aiohttp.TCPConnector(ssl=trusting(cert))) as http,
    ):
        await add_admin(parts)
        await sign_in_as_admin(http, parts)
        (cookie,) = jar
        assert cookie.key == "__Host-callroom"
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        async with http.get(f"{base}/api/v1/session") as answer:
            assert answer.status == 200
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        async with http.ws_connect(f"{base}/cti", headers={"Origin": base}) as socket:
            assert (await socket.receive_json(timeout=20))["type"] == "snapshot"
        for origin in (base.replace("https:", "http:"), "https://evil.example", "null"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await http.ws_connect(f"{base}/cti", headers={"Origin": origin})
            assert caught.value.status == 403
        plain = base.replace("https:", "http:")
        with pytest.raises(aiohttp.ClientError):
            await http.get(f"{plain}/api/v1/health")


async def add_admin(parts: Parts) -> None:
    stored = await parts.passwords.hash(parts.config.secrets.passwords["admin"])
    await parts.memory.users.add(UserDraft("admin", "Admin", stored, "admin"), SYSTEM)
