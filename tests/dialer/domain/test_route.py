from itertools import pairwise

from dialer.domain.route import SILENT_S, Route


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


def silent(now_s: float = 100.0) -> Route:
    """It told of ringing once, and of three lines since then nothing."""
    route = Route()
    route.dialed("before", now_s - 5)
    route.rang("before", now_s - 1)
    for name in ("a", "b", "c"):
        route.dialed(name, now_s)
    route.look(now_s + SILENT_S)
    return route


def test_a_way_out_that_says_nothing_does_not_work() -> None:
    route = silent()
    assert route.fails
    assert not route.may_try(100 + SILENT_S)
    assert route.may_try(101 + SILENT_S)
    route.look(100.0)
    assert route.fails, "said twice"


def test_a_word_of_any_line_ends_the_silence() -> None:
    route = silent()
    for name in ("a", "b"):
        route.unheard(name, 120.0)
    route.rang("c", 121.0)
    assert not route.fails
    assert route.may_try(121.0)
    route.look(200.0)
    assert not route.fails, "of the others nothing is awaited"


def test_refusals_of_a_silence_end_with_it() -> None:
    route = silent()
    for step in range(40):
        route.failed(120.0 + step)
    route.heard("c", 161.0)
    assert not route.fails


def test_lines_of_before_it_was_noticed_do_not_lengthen_the_pause() -> None:
    route = silent()
    for second, name in enumerate(("a", "b", "c")):
        route.unheard(name, 112.0 + second)
    assert route.may_try(114.0)
    route.dialed("test", 115.0)
    route.unheard("test", 120.0)
    assert not route.may_try(121.0)
    assert route.may_try(122.0)


def test_what_we_end_ourselves_ends_no_silence() -> None:
    route = silent()
    route.forget("a")
    route.worked()
    assert route.fails
    assert not route.may_try(100 + SILENT_S)


def test_one_number_that_leads_nowhere_stops_nothing() -> None:
    route = Route()
    route.rang("before", 0.0)
    route.dialed("a", 1.0)
    route.look(1 + SILENT_S)
    assert not route.fails


def test_lines_of_which_nothing_is_told_stop_nothing_while_others_are_told_of() -> None:
    route = Route()
    for name in ("a", "b"):
        route.dialed(name, 0.0)
    route.rang("c", SILENT_S + 1)
    route.look(2 * SILENT_S)
    assert not route.fails
    route.unheard("a", 20.0)
    assert not route.fails


def test_what_ends_without_a_word_since_it_was_dialed_tells_of_a_silence() -> None:
    route = Route()
    route.unheard("a", 20.0)
    assert route.fails


def test_a_way_out_that_never_tells_of_ringing_is_not_known_by_its_silence() -> None:
    route = Route()
    for name in ("a", "b"):
        route.dialed(name, 0.0)
    route.look(60.0)
    assert not route.fails


def test_lines_whose_end_was_never_told_are_forgotten() -> None:
    route = Route()
    route.rang("before", 0.0)
    for name in ("a", "b"):
        route.dialed(name, 1.0)
    route.look(182.0)
    assert not route.fails
