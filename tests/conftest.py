"""For all tests: a busy machine makes no test of properties fail, which Hypothesis would let it by its deadline."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("callroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("callroom")


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The program makes its files private; a test that runs it within this process leaves that to no other."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
