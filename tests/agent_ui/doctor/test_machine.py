from collections import namedtuple

import pytest

from agent_ui.config import load_config
from agent_ui.doctor import machine
from agent_ui.joints.disks import Disks, limits_of
from agent_ui.plant import Plant
from cti.errors import AsteriskMissing

Usage = namedtuple("Usage", "total used free")
GB = 1_000_000_000


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


@pytest.mark.parametrize("folder", ["file", "file/a"])
def test_a_place_where_no_recording_can_be_kept(tmp_path, folder):
    (tmp_path / "file").touch()
    place = str(tmp_path / folder)
    found = machine.examine_home(load_config({"CALLROOM_HOME": str(tmp_path), "CALLROOM_RECORDINGS_FOLDER": place}))[2:]
    assert [(one.level, one.code, one.values["folder"]) for one in found] == [
        ("fail", "recordings_not_writable", place)
    ]


def test_a_folder_for_recordings_is_made_when_there_is_one(tmp_path):
    later = {"CALLROOM_HOME": str(tmp_path), "CALLROOM_RECORDINGS_FOLDER": str(tmp_path / "a" / "b")}
    assert len(machine.examine_home(load_config(later))) == 2


@pytest.mark.parametrize(
    ("free", "level", "code"),
    [
        (15.0, "ok", "disk_has_room"),
        (14.9, "warn", "disk_gets_full"),
        (4.9, "fail", "disk_short"),
        (1.9, "fail", "disk_full"),
    ],
)
def test_the_room_on_the_disk(config, monkeypatch, free, level, code):
    total = 1000 * GB
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(total, 0, round(free / 100 * total)))
    (found,) = machine.examine_disks(config)  # one file system, one finding
    assert (found.level, found.code) == (level, code)
    if level != "ok":
        assert f"{free:.0f} %" in found.message
        assert "Make room" in found.cure


def test_a_running_callroom_tells_what_it_holds_to(config, monkeypatch):
    free = [1.0]
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1000 * GB, 0, round(free[0] * 10 * GB)))
    disks = Disks(config.home, config.recordings_folder, limits_of(config))
    for free[0], code in ((1.0, "disk_full"), (2.2, "disk_full"), (2.6, "disk_short"), (90.0, "disk_has_room")):
        disks.home.look()
        assert [finding.code for finding in machine.judge_disks(config, disks)] == [code]


def test_a_disk_that_does_not_answer(config, monkeypatch):
    def broken(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("shutil.disk_usage", broken)
    disks = Disks(config.home, config.recordings_folder, limits_of(config))
    disks.home.look()
    (found,) = machine.judge_disks(config, disks)
    assert (found.level, found.code) == ("fail", "disk_unreadable")


def test_a_home_that_cannot_be_written(config, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    found = machine.examine_home(config)[0]
    assert (found.level, found.code) == ("fail", "home_not_writable")
    assert f"chown -R USER {config.home}" in found.cure


def test_a_missing_tool(config, monkeypatch):
    def require(_prefix, name):
        raise AsteriskMissing(name, "cure")

    monkeypatch.setattr("agent_ui.plant.require_tool", require)
    (found,) = machine.examine_tools(Plant(config))
    assert (found.level, found.code, found.cure) == ("fail", "tool_missing", "Run `callroom asterisk install`.")


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
