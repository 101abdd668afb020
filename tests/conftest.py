"""For all tests: a busy machine makes no test of properties fail, which Hypothesis would let it by its deadline."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("callroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("callroom")

# With --dist loadfile a worker takes file by file: one of minutes that begins last is waited for by all others.
_LONGEST = ("faults/test_kill.py", "faults/test_away.py", "faults/test_page.py", "asterisk/test_emergency.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; the others keep their order."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(_LONGEST))


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The program makes its files private; a test that runs it within this process leaves that to no other."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
