"""Every deciding module has its own test module, and that one alone covers every branch of it."""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture import own_branches
from tests.architecture.tree import ROOT, python_files, relative

SANS_IO = {
    "cti/ami/actions.py",
    "cti/ami/message.py",
    "cti/ami/originate.py",
    "cti/ami/protocol.py",
    "cti/ami/translate.py",
    "cti/agi/protocol.py",
    "agent_ui/auth/asking.py",
    "agent_ui/auth/turns.py",
    "agent_ui/callback_form/seal.py",
    "agent_ui/push/protocol.py",
    "agent_ui/phones/control.py",
    "agent_ui/phones/ticket.py",
    "agent_ui/wallboard/board.py",
    "agent_ui/wallboard/token.py",
    "dialer/listening/audiosocket.py",
}
DOMAINS = ("cti/domain", "ivr/domain", "dialer/domain", "recordings/domain", "crm_core/domain")
# Modules that hold nothing but words: every line of them runs when they are imported.
WORDS = {
    "cti/domain/values.py",
    "cti/domain/memories.py",
    "cti/domain/events.py",
    "cti/domain/commands.py",
    "cti/domain/facts.py",
    "cti/domain/dial_facts.py",
    "cti/domain/climb_facts.py",
    "cti/domain/parking_words.py",
    "cti/domain/take_words.py",
    "cti/domain/tape.py",
    "cti/domain/mute_words.py",
    "cti/domain/attempt_words.py",
    "cti/domain/callback_values.py",
    "cti/domain/callback_words.py",
    "cti/domain/wishes.py",
    "cti/domain/oversight.py",
    "cti/domain/steering.py",
    "crm_core/domain/campaign_words.py",
    "dialer/domain/pace_words.py",
}


def deciding_modules() -> list[str]:
    found = {relative(p) for p in python_files(*DOMAINS) if p.name != "__init__.py"} | SANS_IO
    return sorted(found - WORDS)


def own_tests(module: str) -> str:
    folder, name = module.rsplit("/", 1)
    return f"tests/{folder}/test_{name}"


@pytest.fixture(scope="module")
def left_out(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each module what its own tests never took of it, from one run of all of them."""
    folder = tmp_path_factory.mktemp("branches")
    module_of = {own_tests(module): module for module in deciding_modules() if (ROOT / own_tests(module)).exists()}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", own_branches.__name__]
    # it is no worker, though it may have been started by one
    world = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", *module_of],
        cwd=ROOT,
        env=world | {own_branches.ASKED: json.dumps({"module_of": module_of, "answers": str(folder)})},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-3000:]
    return {module: text for path in folder.glob("*.json") for module, text in json.loads(path.read_text()).items()}


@pytest.mark.parametrize("module", deciding_modules())
def test_its_own_test_module_covers_every_branch(module: str, left_out: dict[str, str]) -> None:
    assert (ROOT / own_tests(module)).exists(), f"{module} has no {own_tests(module)}"
    assert left_out[module] == ""
