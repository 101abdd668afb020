from itertools import pairwise

from dialer.domain.route import Route


def broken(now_s: float = 0.0) -> Route:
    route = Route()
    while not route.fails:
        route.failed(now_s)
    return route


def test_single_refusals_stop_nothing() -> None:
    route = Route()
    for _ in range(50):
        route.failed(0.0)
        route.worked()
    assert not route.fails


def test_a_row_of_refusals_stops_it() -> None:
    assert broken().fails


def test_it_is_tried_again_ever_more_seldom() -> None:
    route = broken()
    tried, now = [], 0.0
    while now < 200:
        if route.may_try(now):
            tried.append(now)
            route.failed(now)
        now += 0.5
    gaps = [later - earlier for earlier, later in pairwise(tried)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 30.0


def test_one_success_opens_it_again() -> None:
    route = broken(10.0)
    assert not route.may_try(10.5)
    route.worked()
    assert not route.fails
    assert route.may_try(10.5)
