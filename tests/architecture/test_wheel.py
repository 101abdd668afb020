"""What a user gets: the wheel holds what the program reads at run time, and nothing that is only for us."""

import subprocess
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.architecture.tree import PACKAGES, ROOT

NOT_SHIPPED = ("agent_ui/web/", "tests/", "voicemails/")


@pytest.fixture(scope="module")
def packed() -> set[str]:
    """The files that a build would pack, by their path in the checkout; nothing is built."""
    builder = WheelBuilder(str(ROOT))
    inside = {file.relative_path for file in builder.recurse_included_files()}
    shared = {file.path for file in builder.recurse_forced_files(builder.config.shared_data)}
    return inside | {str(Path(path).relative_to(ROOT)) for path in shared}


def committed(*folders: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


def test_all_that_is_committed_in_the_packages_is_packed(packed: set[str]) -> None:
    wanted = {name for name in committed(*PACKAGES) if not name.startswith(NOT_SHIPPED)}
    assert wanted - packed == set()
    for must in ("ivr/flows/demo.json", "crm_core/demo/customers.json", "crm_core/migrations/script.py.mako"):
        assert must in packed


def test_the_templates_for_asterisk_are_packed(packed: set[str]) -> None:
    assert committed("asterisk-conf") - packed == set()


def test_the_built_browser_app_is_packed(packed: set[str]) -> None:
    """`make check` builds it first."""
    assert "agent_ui/static/index.html" in packed
    assert any(name.startswith("agent_ui/static/assets/") and name.endswith(".js") for name in packed)


def test_nothing_else_is_packed(packed: set[str]) -> None:
    assert [name for name in packed if name.startswith(NOT_SHIPPED)] == []
    assert [name for name in packed if name.endswith((".wav", ".gsm", ".mp3", ".pyc"))] == []
