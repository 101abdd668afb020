from collections import namedtuple

import pytest

from agent_ui.config import load_config
from agent_ui.doctor import machine

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def config(tmp_path):
    (tmp_path / "recordings").mkdir()
    return load_config({"CALLROOM_HOME": str(tmp_path)})


def test_secrets_that_others_can_read(config):
    assert [finding.code for finding in machine.examine_home(config)] == ["home_usable", "secrets_private"]
    (config.home / "secrets.toml").chmod(0o640)
    found = machine.examine_home(config)[1]
    assert found.code == "secrets_open"
    assert found.cure.startswith(f"Run `chmod 600 {config.home}/secrets.toml`")


@pytest.mark.parametrize(
    ("free", "code"), [(150, "disk_has_room"), (149, "disk_gets_full"), (50, "disk_gets_full"), (49, "disk_full")]
)
def test_the_room_on_the_disk(config, monkeypatch, free, code):
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1000, 1000 - free, free))
    (found,) = machine.examine_disks(config)  # one file system, one finding
    assert found.code == code


@pytest.mark.parametrize(("state", "code"), [(0, "clock_synchronised"), (5, "clock_not_synchronised")])
def test_the_clock(monkeypatch, state, code):
    class Kernel:
        @staticmethod
        def adjtimex(buffer):
            assert len(buffer) >= 208
            return state

    monkeypatch.setattr("ctypes.CDLL", lambda _: Kernel)
    assert [finding.code for finding in machine.examine_clock()] == [code]


def test_the_real_clock_has_an_answer():
    assert machine.examine_clock()[0].code.startswith("clock_")
