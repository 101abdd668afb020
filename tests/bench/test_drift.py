import pytest

from tests.bench.drift import drift


def test_what_grows_evenly_drifts_from_the_first_tenth_on() -> None:
    line = drift([(float(at), 100.0 + at) for at in range(101)])
    assert (line.first, line.last) == (pytest.approx(110), pytest.approx(200))
    assert line.percent == pytest.approx(90 / 110 * 100)


def test_warming_up_is_no_drift() -> None:
    assert drift([(float(at), 50.0 if at < 10 else 100.0) for at in range(101)]).percent == pytest.approx(0)
