from dataclasses import replace

import pytest

from agent_ui.config import load_config
from agent_ui.doctor.switch import examine_manager, judge, judge_links, judge_version
from agent_ui.plant import Plant
from cti.asterisk.condition import Condition
from tests.ami_peer import FakeAmi

WELL = Condition(90, 2, (), {"callroom": frozenset({"call", "originate"}), "callroom-events": frozenset()}, True)


def codes(condition):
    return [finding.code for finding in judge(condition)]


def test_a_good_one():
    assert codes(WELL) == ["asterisk_running", "asterisk_modules", "agi_proved", "ami_rights"]
    assert judge(WELL)[0].message == "Asterisk runs since 0:01:30, with 2 calls"


def test_one_that_does_not_answer():
    assert codes(replace(WELL, uptime_s=0)) == ["asterisk_not_running"]


def test_a_missing_module_is_named():
    found = judge(replace(WELL, missing_modules=("app_queue", "res_agi")))
    assert found[1].message.endswith("app_queue, res_agi")


def test_a_dialplan_that_does_not_prove_itself():
    found = judge(replace(WELL, proves_itself=False))[2]
    assert (found.level, found.code) == ("warn", "agi_open")
    assert "callroom asterisk configure" in found.cure


@pytest.mark.parametrize("right", ["system", "command", "config", "all"])
def test_a_right_too_many_is_named(right):
    found = judge(replace(WELL, rights={"callroom": frozenset({"call", right})}))
    assert found[-1].code == "ami_rights_too_many"
    assert right in found[-1].message


def test_a_user_that_is_not_there():
    assert codes(replace(WELL, rights={"callroom": None}))[-1] == "ami_user_missing"


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("Asterisk 22.10.1", "asterisk_version"),
        ("22.9.9", "asterisk_old"),
        ("Asterisk 22.11.0", "asterisk_old"),
        ("Asterisk 18.26.4", "asterisk_old"),
        ("Asterisk GIT-master-1a2b3c", "asterisk_old"),
    ],
)
def test_versions(version, code):
    assert judge_version(version).code == code


def test_what_a_running_callroom_sees():
    found = judge_links({"n1": True, "n2": False})
    assert [(finding.level, finding.code) for finding in found] == [("ok", "link_up"), ("fail", "link_down")]
    assert "n2" in found[1].message


def elsewhere(home, port):
    variables = {"CALLROOM_ASTERISK_MANAGED": "no", "CALLROOM_ASTERISK_AMI_PORT": str(port)}
    config = load_config({"CALLROOM_HOME": str(home), **variables})
    return config, Plant(config)


async def test_both_users_sign_in(tmp_path):
    async with FakeAmi() as ami:
        config, plant = elsewhere(tmp_path, ami.port)
        link = plant.link
        assert link.ami_secret != link.ami_events_secret
        ami.secret = None
        (found,) = await examine_manager(config, plant)
        assert found.code == "ami_login"
        assert {action["Username"] for action in ami.actions if action["Action"] == "Login"} == {
            link.ami_user,
            link.ami_events_user,
        }
        ami.secret = link.ami_secret
        (found,) = await examine_manager(config, plant)
    assert (found.level, found.code) == ("fail", "ami_login_refused")
    assert f"user {link.ami_events_user} in:" in found.message
    assert "secrets.toml" in found.cure


async def test_nobody_at_the_managers_port(tmp_path, unused_tcp_port):
    config, plant = elsewhere(tmp_path, unused_tcp_port)
    (found,) = await examine_manager(config, plant)
    assert (found.level, found.code) == ("fail", "ami_unreachable")
    assert str(unused_tcp_port) in found.message


async def test_our_own_that_does_not_run_is_one_finding(tmp_path):
    config = load_config({"CALLROOM_HOME": str(tmp_path)})
    assert await examine_manager(config, Plant(config)) == []
