"""Every deciding module has its own test module, and that one alone covers every branch of it."""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture import own_branches
from tests.architecture.mirror import deciding_modules, module_of_tests, own_tests
from tests.architecture.tree import ROOT


@pytest.fixture(scope="module")
def left_out(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each module what its own tests never took of it, from one run of all of them."""
    folder = tmp_path_factory.mktemp("branches")
    module_of = module_of_tests()
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
