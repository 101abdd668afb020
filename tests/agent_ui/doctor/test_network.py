import asyncio
import os
from contextlib import asynccontextmanager

import pytest

from agent_ui.config import load_config
from agent_ui.doctor.network import examine_service, examine_tls
from agent_ui.one_per_home import only_one
from agent_ui.plant import Plant
from agent_ui.tls import Certificate, TlsFiles, is_for
from cti.clock import SystemClock
from tests.agent_ui.world import running_world
from tests.certificates import make_certificate


def configured(home, **environment):
    return load_config({"CALLROOM_HOME": str(home), "CALLROOM_ASTERISK_MANAGED": "no", **environment})


@asynccontextmanager
async def somebody(answer):
    async def speak(reader, writer):
        await reader.readline()
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    try:
        yield str(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def test_callroom_itself(tmp_path):
    async with running_world(tmp_path) as world:
        port = world.base.rsplit(":", 1)[1]
        config = configured(tmp_path, CALLROOM_WEB_PORT=port)
        (found,) = await examine_service(config, Plant(config))
    assert found.code == "callroom_answers"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
async def test_somebody_else_on_our_port(tmp_path, answer):
    async with somebody(answer) as port:
        config = configured(tmp_path, CALLROOM_WEB_PORT=port)
        found = await examine_service(config, Plant(config))
    assert [finding.code for finding in found] == ["callroom_silent", "port_taken"]
    assert port in found[1].message


async def test_a_callroom_that_holds_its_home_and_does_not_answer(tmp_path, unused_tcp_port):
    config = configured(tmp_path, CALLROOM_WEB_PORT=str(unused_tcp_port))
    with only_one(config.home, config.web.address):
        (found,) = await examine_service(config, Plant(config))
    assert (found.level, found.code) == ("fail", "callroom_frozen")
    assert f"kill -9 {os.getpid()}" in found.cure
    assert [one.code for one in await examine_service(config, Plant(config))] == ["callroom_silent", "ports_free"]


async def test_a_callroom_that_was_started_with_a_certificate_of_its_own_is_not_called_frozen(tmp_path):
    cert, key = make_certificate(tmp_path / "tls")
    async with running_world(tmp_path, tls=TlsFiles(cert, key).context()) as world:
        # as `serve --tls-cert` in one terminal, and `doctor` in another
        config = configured(tmp_path, CALLROOM_WEB_PORT=world.base.rsplit(":", 1)[1])
        with only_one(config.home, world.base):
            (found,) = await examine_service(config, Plant(config))
    assert (found.code, found.values["address"]) == ("callroom_answers", world.base)


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "tls_loopback"),
        ({"CALLROOM_WEB_HOST": "localhost"}, "tls_loopback"),
        ({"CALLROOM_WEB_HOST": "192.0.2.7"}, "tls_missing"),
        ({"CALLROOM_WEB_HOST": "calls.example.org"}, "tls_missing"),
        ({"CALLROOM_WEB_PUBLIC_ORIGIN": "https://calls.example.org"}, "tls_at_proxy"),
    ],
)
def test_tls(tmp_path, environment, code):
    assert [finding.code for finding in examine_tls(configured(tmp_path, **environment), SystemClock().now())] == [code]


@pytest.mark.parametrize(("days", "code"), [(90, "tls_good"), (5, "tls_expires"), (-1, "tls_unusable")])
def test_a_certificate(tmp_path, days, code):
    cert, key = make_certificate(tmp_path / "tls", days=days)
    config = configured(tmp_path, CALLROOM_WEB_TLS_CERT=str(cert), CALLROOM_WEB_TLS_KEY=str(key))
    (found,) = examine_tls(config, SystemClock().now())
    assert found.code == code
    assert str(cert) in found.message


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"PUBLIC_ORIGIN": "https://calls.example.test"}, "tls_good"),
        ({"PUBLIC_ORIGIN": "https://calls.example.org"}, "tls_wrong_name"),
        ({"HOST": "192.0.2.7"}, "tls_wrong_name"),
        ({"HOST": "pbx"}, "tls_wrong_name"),
        ({"HOST": "0.0.0.0"}, "tls_good"),  # noqa: S104 - nobody listens there
        ({"HOST": ""}, "tls_good"),
    ],
)
def test_a_certificate_for_somebody_else(tmp_path, environment, code):
    cert, key = make_certificate(tmp_path / "tls")
    more = {f"CALLROOM_WEB_{name}": value for name, value in environment.items()}
    config = configured(tmp_path, CALLROOM_WEB_TLS_CERT=str(cert), CALLROOM_WEB_TLS_KEY=str(key), **more)
    (found,) = examine_tls(config, SystemClock().now())
    assert found.code == code
    if code == "tls_wrong_name":
        assert found.level == "fail"
        assert "is for localhost, calls.example.test, 127.0.0.1, but browsers go to" in found.message


@pytest.mark.parametrize(("cert", "key"), [("gone.pem", "site.key"), ("site.pem", "folder"), ("site.pem", "other.key")])
def test_files_that_cannot_be_used_are_named(tmp_path, cert, key):
    folder = tmp_path / "tls"
    make_certificate(folder)
    make_certificate(folder, "other")
    (folder / "folder").mkdir()
    names = {"CALLROOM_WEB_TLS_CERT": str(folder / cert), "CALLROOM_WEB_TLS_KEY": str(folder / key)}
    (found,) = examine_tls(configured(tmp_path, **names), SystemClock().now())
    assert (found.level, found.code) == ("fail", "tls_unusable")
    assert (cert if cert == "gone.pem" else key) in found.message


def test_a_wildcard_is_one_label():
    certificate = Certificate(("*.example.org", "pbx"), SystemClock().now())
    assert is_for(certificate, "calls.Example.org")
    assert is_for(certificate, "PBX")
    assert not is_for(certificate, "example.org")
    assert not is_for(certificate, "a.calls.example.org")
