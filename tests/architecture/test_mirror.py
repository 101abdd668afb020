"""Every deciding module has its own test module, and that one alone covers every branch of it."""

import io
import re
import subprocess
import sys
from pathlib import Path

import coverage
import pytest

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
    "cti/domain/take_words.py",
    "cti/domain/mute_words.py",
    "cti/domain/callback_values.py",
    "cti/domain/callback_words.py",
    "cti/domain/wishes.py",
    "cti/domain/oversight.py",
    "cti/domain/steering.py",
}


def deciding_modules() -> list[str]:
    found = {relative(p) for p in python_files(*DOMAINS) if p.name != "__init__.py"} | SANS_IO
    return sorted(found - WORDS)


def own_tests(module: str) -> str:
    folder, name = module.rsplit("/", 1)
    return f"tests/{folder}/test_{name}"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> coverage.Coverage:
    """One run of all of them; each line and branch knows the tests that took it."""
    folder = tmp_path_factory.mktemp("coverage")
    settings = folder / "settings.ini"
    include = "\n  ".join(deciding_modules())
    settings.write_text(f"[run]\nbranch = true\ndata_file = {folder / 'data'}\ninclude =\n  {include}\n")
    tests = [own for own in map(own_tests, deciding_modules()) if (ROOT / own).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    run = subprocess.run(
        [*command, "--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-3000:]
    found = coverage.Coverage(config_file=str(settings))
    found.load()
    return found


@pytest.mark.xdist_group("coverage")
@pytest.mark.parametrize("module", deciding_modules())
def test_its_own_test_module_covers_every_branch(module: str, measured: coverage.Coverage) -> None:
    own = own_tests(module)
    assert (ROOT / own).exists(), f"{module} has no {own}"
    said = io.StringIO()
    # the empty one is what runs when the module is imported
    contexts = ["^" + re.escape(own) + "::", "^$"]
    ratio = measured.report(include=[str(Path(ROOT / module))], contexts=contexts, show_missing=True, file=said)
    assert ratio == 100, said.getvalue()
