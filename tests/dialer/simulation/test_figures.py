import pytest

from dialer.simulation.figures import Day, score


def test_ratios_are_of_pooled_counts() -> None:
    busy = Day(signed_in_s=100.0, talk_s=60.0, wrap_up_s=20.0, dialed=30, humans=10, abandoned=1, connected=9)
    calm = Day(signed_in_s=300.0, talk_s=90.0, wrap_up_s=30.0, dialed=60, humans=30, abandoned=0, connected=30)
    found = score([busy, calm], 0.03)
    assert found.occupancy_ratio == pytest.approx(0.5)
    assert found.talk_ratio == pytest.approx(150 / 400)
    assert found.abandonment_ratio == pytest.approx(1 / 40)
    assert (found.days, found.days_over_limit, found.humans_per_day) == (2, 1, 20)
    assert found.dialed_per_connected == pytest.approx(90 / 39)
    assert found.idle_s_per_connected == pytest.approx(200 / 39)


def test_the_worst_hour_is_a_whole_one() -> None:
    day = Day(answered_at_s=[0.0, 100.0, 5000.0, 5100.0, 5200.0, 20_000.0], abandoned_at_s=[100.0, 5100.0, 5200.0])
    assert day.worst_hour_ratio() == pytest.approx(2 / 3)


def test_an_empty_day_is_nothing() -> None:
    assert (Day().occupancy_ratio, Day().abandonment_ratio, Day().worst_hour_ratio()) == (0.0, 0.0, 0.0)
