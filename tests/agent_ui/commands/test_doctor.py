import json
import logging

import pytest

from agent_ui.__main__ import main
from agent_ui.commands import doctor
from agent_ui.doctor.finding import fail, ok, warn


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, unused_tcp_port_factory):
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    monkeypatch.setenv("CALLROOM_ASTERISK_MANAGED", "no")
    monkeypatch.setenv("CALLROOM_ASTERISK_AMI_PORT", str(unused_tcp_port_factory()))
    monkeypatch.setenv("CALLROOM_WEB_PORT", str(unused_tcp_port_factory()))
    handlers = list(logging.getLogger().handlers)
    yield tmp_path
    logging.getLogger().handlers[:] = handlers


def test_each_fault_of_a_home_without_anything_comes_with_its_cure(capsys):
    assert main(["doctor", "--json"]) == 1
    said = {line["code"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {code for code, line in said.items() if line["level"] == "fail"} == {
        "ami_unreachable",
        "database_unreachable",
    }
    assert said["callroom_silent"]["level"] == "warn"
    assert "`callroom up` makes it" in said["database_unreachable"]["message"]
    assert all(line["cure"] for line in said.values() if line["level"] != "ok")
    assert not any(line["cure"] for line in said.values() if line["level"] == "ok")


@pytest.mark.parametrize(
    ("found", "code"),
    [([ok("tools_there")], 0), ([warn("browser_app_missing"), ok("tools_there")], 0), ([fail("asterisk_missing")], 1)],
)
def test_only_a_fault_is_an_exit_code(monkeypatch, capsys, found, code):
    monkeypatch.setattr(doctor, "examinations", lambda *_: [("all", lambda: found)])
    assert main(["doctor"]) == code
    assert found[0].message in capsys.readouterr().out


def test_an_examination_that_breaks_is_a_line_and_not_a_trace(monkeypatch, capsys):
    def broken():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "examinations", lambda *_: [("disk", broken)])
    assert main(["doctor"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("FAIL  The check of disk could not be made: PermissionError")
    assert "Traceback" not in said.out + said.err


def test_a_setting_that_cannot_be_used_is_a_finding_with_its_place_and_cure(home, capsys):
    (home / "callroom.toml").write_text("[asterisk]\nrtp_start = 80\n")
    assert main(["doctor", "--json"]) == 1
    (said,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (said["level"], said["code"], said["values"]["key"]) == ("fail", "config_unusable", "asterisk.rtp_start")
    assert str(home / "callroom.toml") in said["cure"]


@pytest.mark.parametrize("wrong", ["nonsense = [\n", '[asterisk]\nami_secret = "short"\n'])
def test_a_secret_that_cannot_be_used_is_corrected_in_its_own_file(wrong, home, capsys):
    (home / "secrets.toml").write_text(wrong)
    assert main(["doctor", "--json"]) == 1
    (said,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert said["code"] == "config_unusable"
    assert str(home / "secrets.toml") in said["cure"]
