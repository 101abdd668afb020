"""Six plain top-level names: nobody else may own them, and nothing private may leak into the tree."""

import re
import subprocess
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.tree import PACKAGES, ROOT, python_files, relative


@pytest.mark.parametrize("package", PACKAGES)
def test_only_callroom_owns_the_package(package):
    assert set(packages_distributions().get(package, ["callroom"])) == {"callroom"}


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=relative)
def test_no_shell_and_no_string_built_sql(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"shell\s*=\s*True|os\.system\(|os\.popen\(", text)
    assert not re.search(r"""(?<!\w)text\(\s*f["']|(?<!\w)execute\(\s*f["']""", text)


def test_the_lock_files_name_no_registry():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / lock).read_text(encoding="utf-8")
    assert '"resolved"' not in (ROOT / "agent_ui/web/package-lock.json").read_text(encoding="utf-8")


def test_only_the_given_folders_stand_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tops = {line.split("/")[0] for line in listed.splitlines() if "/" in line}
    assert tops - {".ci"} == {*PACKAGES, "tests", "asterisk-conf"}
