"""The units that are shipped: systemd itself reads them, and says how well they are shut in."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent_ui.__main__ import parse
from agent_ui.config import load_config
from agent_ui.plant import Plant
from tests.architecture.tree import ROOT

UNITS = sorted((ROOT / "agent_ui/systemd").glob("*.service"))
PROGRAM = "/opt/callroom/.venv/bin/callroom"
# of 10 (`systemd-analyze security`): "OK" ends at 5, "safe" begins below 2
EXPOSED_AT_MOST = "2.3"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies whose program is there: systemd refuses one that it cannot find."""
    place = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (place / unit.name).write_text(text, encoding="utf-8")
    return place


def analyze(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )


def read(unit: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(unit.read_text(encoding="utf-8"))
    return found


def test_systemd_understands_them(folder: Path) -> None:
    said = analyze("verify", *sorted(folder.iterdir()))
    assert (said.returncode, said.stderr) == (0, "")


def test_a_mistake_would_be_seen(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.service"
    wrong.write_text((folder / "callroom.service").read_text().replace("WatchdogSec=20", "WatchdogSecs=20"))
    assert "WatchdogSecs" in analyze("verify", wrong).stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_they_are_shut_in(folder: Path, unit: Path) -> None:
    said = analyze("security", "--offline=true", folder / unit.name)
    found = re.search(r"exposure level for \S+: ([\d.]+)", said.stdout)
    assert found, said.stdout + said.stderr
    assert float(found[1]) <= float(EXPOSED_AT_MOST), said.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_command_is_one_of_ours(unit: Path) -> None:
    commands = re.findall(rf"^Exec\w+={PROGRAM} (.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert commands
    for command in commands:
        parse(command.split())


def test_systemd_looks_for_asterisk_where_its_number_is_written(tmp_path: Path) -> None:
    service = read(ROOT / "agent_ui/systemd/callroom-asterisk.service")["Service"]
    written = Plant(load_config({"CALLROOM_HOME": str(tmp_path)})).switch.layout.pid_file
    assert Path(service["PIDFile"]) == Path("/var/lib/callroom") / written.relative_to(tmp_path)


def test_a_callroom_that_hangs_is_killed_and_calls_and_phones_go_on() -> None:
    service = read(ROOT / "agent_ui/systemd/callroom.service")["Service"]
    assert (service["Type"], service["Restart"], service["KillMode"]) == ("notify", "always", "process")
    assert (service["WatchdogSec"], service["WatchdogSignal"]) == ("20", "SIGKILL")
