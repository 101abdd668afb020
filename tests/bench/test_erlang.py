import pytest

from tests.bench.erlang import confidence, erlang_c, mean_wait_s


def test_values_from_the_tables() -> None:
    # A single agent: P(wait) is the load, M/M/1; and the textbook's 8 Erlang at 10 agents.
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(10, 8) == pytest.approx(0.4092, abs=1e-4)
    assert mean_wait_s(1, 0.5, 1.0) == pytest.approx(1.0)


def test_the_interval_of_equal_runs_is_a_point() -> None:
    assert confidence([2.0, 2.0, 2.0]) == (2.0, 0.0)
    mean, half = confidence([1.0, 3.0])
    assert (mean, half) == (2.0, pytest.approx(12.71))
