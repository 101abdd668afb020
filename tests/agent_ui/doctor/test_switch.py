from dataclasses import replace

import pytest

from agent_ui.doctor.switch import judge, judge_version
from cti.asterisk.condition import Condition

WELL = Condition(90, 2, (), {"callroom": frozenset({"call", "originate"}), "callroom-events": frozenset()})


def codes(condition):
    return [finding.code for finding in judge(condition)]


def test_a_good_one():
    assert codes(WELL) == ["asterisk_running", "asterisk_modules", "ami_rights"]
    assert judge(WELL)[0].message == "Asterisk runs since 0:01:30, with 2 calls"


def test_one_that_does_not_answer():
    assert codes(replace(WELL, uptime_s=0)) == ["asterisk_not_running"]


def test_a_missing_module_is_named():
    found = judge(replace(WELL, missing_modules=("app_queue", "res_agi")))
    assert found[1].message.endswith("app_queue, res_agi")


@pytest.mark.parametrize("right", ["system", "command", "config", "all"])
def test_a_right_too_many_is_named(right):
    found = judge(replace(WELL, rights={"callroom": frozenset({"call", right})}))
    assert found[-1].code == "ami_rights_too_many"
    assert right in found[-1].message


def test_a_user_that_is_not_there():
    assert codes(replace(WELL, rights={"callroom": None}))[-1] == "ami_user_missing"


@pytest.mark.parametrize(("version", "code"), [("Asterisk 22.10.1", "asterisk_version"), ("22.9.9", "asterisk_old")])
def test_versions(version, code):
    assert judge_version(version).code == code
