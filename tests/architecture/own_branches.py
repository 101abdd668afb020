"""A pytest plugin: follows in each module only what its own tests do there, and writes what they leave out as JSON.

What runs between the tests is not followed: tracing slows Python down so much that pytest would take most of the time.
"""

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import coverage
import pytest

from tests.architecture.tree import ROOT

ASKED = "CALLROOM_OWN_BRANCHES"


class OwnBranches:
    """In one process that runs tests, file by file."""

    def __init__(self, module_of: dict[str, str], answer: Path) -> None:
        self._module_of = module_of
        self._answer = answer
        self._left: dict[str, str] = {}
        self._tests: str | None = None
        self._own = coverage.Coverage(data_file=None)
        # what runs when a module is imported is no test's doing
        self._importing = follow(*module_of.values())
        self._importing.start()

    def pytest_collection_finish(self) -> None:
        self._importing.stop()
        self._imported = self._importing.get_data()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        tests = nodeid.split("::", maxsplit=1)[0]
        if tests != self._tests:
            self._close()
            self._tests = tests
            self._own = follow(self._module_of[tests])

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self) -> Iterator[None]:
        with self._followed():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Iterator[None]:
        with self._followed():
            return (yield)

    def pytest_sessionfinish(self) -> None:
        self._close()
        self._answer.write_text(json.dumps(self._left))

    @contextmanager
    def _followed(self) -> Iterator[None]:
        self._own.start()
        try:
            yield
        finally:
            self._own.stop()

    def _close(self) -> None:
        if self._tests is None:
            return
        module = self._module_of[self._tests]
        path = str(ROOT / module)
        self._own.get_data().add_arcs({path: self._imported.arcs(path) or []})
        said = io.StringIO()
        ratio = self._own.report(include=[path], show_missing=True, file=said)
        self._left[module] = "" if ratio == 100 else said.getvalue()


def follow(*modules: str) -> coverage.Coverage:
    include = [str(ROOT / module) for module in modules]
    made = coverage.Coverage(data_file=None, branch=True, include=include, config_file=False)
    # a table is done with when it is imported
    made.set_option("run:disable_warnings", ["no-data-collected"])
    return made


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before a conftest imports what is to be followed; the process that only hands out the tests imports nothing."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        asked = json.loads(os.environ[ASKED])
        early_config.pluginmanager.register(OwnBranches(asked["module_of"], Path(asked["answers"]) / f"{worker}.json"))
