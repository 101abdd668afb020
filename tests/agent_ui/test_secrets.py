"""Who else on this machine can read an installation."""

import os
import stat
from pathlib import Path

import pytest

from agent_ui.__main__ import main
from agent_ui.config import load_config
from agent_ui.doctor.machine import examine_home
from agent_ui.secrets import close_to_others


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_mask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_new_home_is_its_owners_alone(tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setenv("CALLROOM_HOME", str(home))
    assert main(["db", "upgrade"]) == 0
    assert mode(home) == 0o700
    assert mode(home / "callroom.db") == 0o600
    assert mode(home / "secrets.toml") == 0o600


def test_an_open_installation_is_reported_then_closed(tmp_path):
    home = tmp_path / "home"
    environment = {"CALLROOM_HOME": str(home)}
    load_config(environment)
    home.chmod(0o755)
    (home / "secrets.toml").chmod(0o644)
    assert "secrets_open" in [finding.code for finding in examine_home(load_config(environment))]
    close_to_others(home)
    assert (mode(home), mode(home / "secrets.toml")) == (0o700, 0o600)
    assert "secrets_private" in [finding.code for finding in examine_home(load_config(environment))]


def test_a_folder_that_is_everybodys_stays_so(tmp_path):
    load_config({"CALLROOM_HOME": str(tmp_path)})
    tmp_path.chmod(0o1777)
    close_to_others(tmp_path)
    assert mode(tmp_path) == 0o1777
