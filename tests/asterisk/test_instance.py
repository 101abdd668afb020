"""Starting and stopping the real Asterisk."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from cti.asterisk.configure import configure
from cti.asterisk.install import require_tool
from cti.asterisk.instance import Instance
from cti.asterisk.layout import LOOPBACK, InstanceLayout
from cti.asterisk.voice import Voice
from cti.errors import AsteriskFailed
from tests.asterisk.pair import Pair, free_base_port

pytestmark = pytest.mark.asterisk


@pytest.fixture
def another(running: Pair, tmp_path: Path) -> tuple[Instance, int]:
    """A third instance, not started, and its AMI port."""
    base = free_base_port()
    settings = replace(
        running.settings,
        layout=InstanceLayout(tmp_path / "a b"),  # a folder with a space in its name
        ami_port=base + 1,
        agi_port=base + 2,
        ws_port=base + 3,
        sip_port=base + 4,
    )
    voice = Voice(require_tool(running.prefix, "espeak-ng"), require_tool(running.prefix, "ffmpeg"))
    configure(settings, running.program, voice)
    return Instance(running.program, settings.layout), settings.ami_port


async def test_starts_and_stops_only_itself(running: Pair, another: tuple[Instance, int]) -> None:
    instance, _ = another
    await instance.start()
    assert "22." in await instance.command("core show version")
    assert await instance.start() == instance.status().pid
    await instance.stop()
    assert not instance.status().is_running
    assert running.switch.status().is_running
    assert running.pstn.status().is_running


@pytest.mark.parametrize(
    ("part", "kind"),
    [(0, socket.SOCK_STREAM), (2, socket.SOCK_STREAM), (3, socket.SOCK_DGRAM)],
    ids=["ami", "ws", "sip"],
)
async def test_port_that_is_taken_is_reported_and_nothing_stays(
    another: tuple[Instance, int], part: int, kind: socket.SocketKind
) -> None:
    instance, ami_port = another
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((LOOPBACK, ami_port + part))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        with pytest.raises(AsteriskFailed, match="port"):
            await instance.start()
    assert not instance.status().is_running


async def test_starts_again_after_it_was_killed(another: tuple[Instance, int]) -> None:
    instance, _ = another
    first = await instance.start()
    instance._signal(first, 9)
    second = await instance.start()
    assert second != first
    await instance.stop()
