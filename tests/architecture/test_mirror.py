"""Every deciding module has its own test module, and that one alone covers every branch of it."""

import os
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, python_files, relative

SANS_IO = {
    "cti/ami/message.py",
    "cti/ami/protocol.py",
    "cti/ami/translate.py",
    "cti/agi/protocol.py",
    "agent_ui/push/protocol.py",
}
DOMAINS = ("cti/domain", "ivr/domain", "dialer/domain", "recordings/domain", "crm_core/domain")
# Modules that hold nothing but words: every line of them runs when they are imported.
WORDS = {"cti/domain/values.py", "cti/domain/events.py", "cti/domain/commands.py", "cti/domain/facts.py"}


def deciding_modules():
    found = {relative(p) for p in python_files(*DOMAINS) if p.name != "__init__.py"} | SANS_IO
    return sorted(found - WORDS)


def test_module_of(module):
    folder, name = module.rsplit("/", 1)
    return f"tests/{folder}/test_{name}"


test_module_of.__test__ = False


@pytest.mark.parametrize("module", deciding_modules())
def test_its_own_test_module_covers_every_branch(module, tmp_path):
    own = test_module_of(module)
    assert (ROOT / own).exists(), f"{module} has no {own}"
    environment = dict(os.environ, COVERAGE_FILE=str(tmp_path / "coverage"))
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run(
        [*coverage, "run", "--branch", f"--include={module}", "-m", "pytest", "-q", "-p", "no:cacheprovider", own],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=120,
    )
    report = subprocess.run(
        [*coverage, "report", "--show-missing", "--fail-under=100"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.returncode == 0, report.stdout
