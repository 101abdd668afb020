import math
from dataclasses import replace

import pytest

from dialer.domain.pace_words import (
    Abandoned,
    AgentLeft,
    AgentReady,
    AgentWrapUp,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    HungUp,
    NotAPerson,
    Pace,
    PaceLimits,
    PaceReason,
    Rang,
    RouteFailed,
    Window,
    Withdrawn,
)
from dialer.domain.pacing import Pacing

LIMITS = PaceLimits()


def with_agents(count: int, limits: PaceLimits = LIMITS) -> Pacing:
    pacing = Pacing(limits)
    pacing.open_window(Window(0.0, 28_800.0))
    for number in range(count):
        pacing.handle(AgentReady(f"a{number}"), 0.0)
    return pacing


def place(pacing: Pacing, now_s: float, prefix: str = "c") -> Pace:
    pace = pacing.calls_to_place(now_s)
    for number in range(pace.calls):
        pacing.handle(AttemptStarted(f"{prefix}{now_s}-{number}"), now_s)
    return pace


def make_busy(pacing: Pacing, agent_id: str, now_s: float) -> None:
    pacing.handle(AttemptStarted(f"for-{agent_id}"), now_s - 10)
    pacing.handle(HumanAnswered(f"for-{agent_id}"), now_s)
    pacing.handle(Connected(f"for-{agent_id}", agent_id), now_s)


def test_without_agents_nobody_is_called() -> None:
    assert with_agents(0).calls_to_place(0.0) == Pace(0, PaceReason.NO_AGENTS)


def of_a_beta(lines: int, agents: int) -> float:
    """The chance that of so many lines at least so many answer, where a share of which only the prior is known does.

    Four attempts of which a fifth answers, as `ring_law` assumes: a Beta(0.8, 3.2), exactly.
    """

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    def exactly(answers: int) -> float:
        ways = math.log(math.comb(lines, answers))
        return math.exp(ways + log_beta(0.8 + answers, 3.2 + lines - answers) - log_beta(0.8, 3.2))

    return sum(exactly(answers) for answers in range(agents, lines + 1))


@pytest.mark.parametrize("agents", [3, 4, 5, 8, 10, 20, 50, 100])
def test_from_nothing_it_dials_no_more_than_what_it_knows_of_nothing_allows(agents: int) -> None:
    pacing = with_agents(agents)
    first = place(pacing, 0.0)
    accepted = pacing.calls_to_place(0.0).accepted_risk_ratio
    assert first.calls >= agents, "nobody sits idle for it"
    assert 0 < of_a_beta(first.calls - 1, agents) <= 1.25 * accepted or first.calls == agents


def test_what_it_learned_makes_up_for_it() -> None:
    """Of each five one answers and goes, one after the other: as was assumed, and now it is known."""
    pacing = with_agents(10)
    new = place(with_agents(10), 0.0).calls
    for number in range(300):
        begun_s, attempt_id = 30.0 * number, f"x{number}"
        pacing.handle(AttemptStarted(attempt_id), begun_s)
        if number % 5:
            pacing.handle(AttemptEnded(attempt_id), begun_s + 25)
        else:
            pacing.handle(HumanAnswered(attempt_id), begun_s + 12)
            pacing.handle(HungUp(attempt_id), begun_s + 13)
        pacing.calls_to_place(begun_s + 26)
    assert place(pacing, 9_030.0).calls > 1.4 * new


def test_idle_agents_have_more_lines_than_one_each() -> None:
    pace = with_agents(5).calls_to_place(0.0)
    assert pace.reason is PaceReason.AHEAD
    assert pace.calls > 5
    assert pace.risk_ratio > pace.accepted_risk_ratio > 0


def test_what_was_placed_is_not_placed_again() -> None:
    pacing = with_agents(5)
    place(pacing, 0.0)
    assert pacing.calls_to_place(0.0) == replace(pacing.calls_to_place(0.0), calls=0, reason=PaceReason.ENOUGH_RINGING)


def test_nobody_free_and_nobody_soon_free_means_no_calls() -> None:
    pacing = with_agents(2)
    make_busy(pacing, "a0", 0.0)
    make_busy(pacing, "a1", 0.0)
    assert pacing.calls_to_place(1.0).reason is PaceReason.ENOUGH_RINGING


def test_many_long_talks_are_dialed_ahead_of() -> None:
    pacing = with_agents(60)
    for turn in range(8):
        for number in range(60):
            make_busy(pacing, f"a{number}", turn * 100.0)
            pacing.handle(AgentWrapUp(f"a{number}"), turn * 100.0 + 60)
            pacing.handle(AgentReady(f"a{number}"), turn * 100.0 + 62)
    for number in range(60):
        make_busy(pacing, f"a{number}", 1000.0)
    assert pacing.calls_to_place(1020.0).calls == 0
    assert pacing.calls_to_place(1055.0).reason is PaceReason.AHEAD


def test_when_the_limit_is_used_up_each_idle_agent_has_one_line() -> None:
    pacing = with_agents(4)
    pacing.open_window(Window(0.0, 28_800.0, humans=900, abandoned=60))
    assert pacing.calls_to_place(28_000.0) == Pace(4, PaceReason.LIMIT_SPENT)


def test_abandoned_calls_slow_it_down_and_connected_ones_do_not() -> None:
    slow, fast = with_agents(5), with_agents(5)
    for number in range(40):
        for pacing, end in ((slow, Abandoned(f"x{number}")), (fast, Connected(f"x{number}", "a0"))):
            pacing.handle(AttemptStarted(f"x{number}"), number)
            pacing.handle(HumanAnswered(f"x{number}"), number)
            pacing.handle(end, number)
            pacing.handle(AgentReady("a0"), number)
    careful, usual = slow.calls_to_place(60.0), fast.calls_to_place(60.0)
    assert careful.accepted_risk_ratio < 0.1 * usual.accepted_risk_ratio
    assert careful.reason is PaceReason.LIMIT_SPENT


def test_a_campaign_without_allowed_abandonment_is_progressive() -> None:
    assert with_agents(3, PaceLimits(abandonment_limit_ratio=0.0)).calls_to_place(0.0) == Pace(
        3, PaceReason.LIMIT_SPENT
    )


@pytest.mark.parametrize(
    ("limits", "most"),
    [(PaceLimits(lines_max=4), 4), (PaceLimits(lines_per_agent_max=1.4), 7), (PaceLimits(lines_max=0), 0)],
)
def test_lines_have_a_limit(limits: PaceLimits, most: int) -> None:
    pacing = with_agents(5, limits)
    assert place(pacing, 0.0).calls == most
    assert pacing.calls_to_place(0.0) == Pace(0, PaceReason.LINES_FULL)


def test_limits_change_while_it_runs() -> None:
    pacing = with_agents(5)
    pacing.change(replace(LIMITS, lines_max=2, abandonment_limit_ratio=0.0))
    assert pacing.calls_to_place(0.0) == Pace(2, PaceReason.LIMIT_SPENT)


def test_a_trunk_that_refuses_everything_is_tried_by_single_calls() -> None:
    pacing = with_agents(20)
    now = 0.0
    while not pacing.route.fails:
        pacing.handle(AttemptStarted("t"), now)
        pacing.handle(RouteFailed("t"), now)
    placed = 0
    for step in range(600):
        pace = place(pacing, now + step * 0.1)
        assert pace.reason is PaceReason.ROUTE_FAILS
        for number in range(pace.calls):
            pacing.handle(RouteFailed(f"c{now + step * 0.1}-{number}"), now + step * 0.1)
        placed += pace.calls
    assert 3 <= placed <= 8
    pacing.handle(AttemptEnded("one that worked"), 70.0)
    assert pacing.calls_to_place(70.0).reason is PaceReason.AHEAD


def test_a_trunk_that_says_nothing_is_tried_by_single_calls() -> None:
    pacing = with_agents(8)
    place(pacing, 0.0)
    pacing.handle(Rang("c0.0-0"), 1.0)
    pacing.handle(AttemptEnded("c0.0-0", by_us=True), 2.0)
    now = 2.0
    while pacing.calls_to_place(now).reason is not PaceReason.ROUTE_FAILS:
        place(pacing, now)
        now += 0.5
    assert now == 9.0, "eight seconds after the last word"
    for attempt_id in list(pacing.lines._ringing):
        pacing.handle(RouteFailed(attempt_id, unheard=True), now + 12)
    assert place(pacing, now + 12, "t") == Pace(1, PaceReason.ROUTE_FAILS)
    assert place(pacing, now + 20).calls == 0, "one rings"
    pacing.handle(Rang(f"t{now + 12}-0"), now + 20)
    assert pacing.calls_to_place(now + 20).reason is PaceReason.AHEAD
    assert pacing.lines.law._new == 1, "of what is not heard nothing is learned"


def test_a_line_of_which_nothing_more_is_told_is_awaited_no_longer() -> None:
    """Whatever becomes of them: a silence is only of those that still ring."""
    pacing = with_agents(8)
    pacing.handle(AttemptStarted("x"), 0.0)
    pacing.handle(Rang("x"), 0.0)
    for number, end in enumerate((HungUp, Withdrawn, Abandoned)):
        pacing.handle(AttemptStarted(f"x{number}"), 1.0)
        pacing.handle(end(f"x{number}"), 2.0)
    pacing.handle(AttemptStarted("y"), 1.0)
    pacing.reached("y", 2.0)
    pacing.handle(AttemptStarted("z"), 1.0)
    pacing.lose("z")
    assert pacing.calls_to_place(60.0).reason is not PaceReason.ROUTE_FAILS


def test_without_agents_a_trunk_that_fails_is_tried_as_well() -> None:
    pacing = with_agents(0)
    assert pacing.held_back(0.0, for_agents=False) is None
    pacing.handle(AttemptStarted("x"), 0.0)
    pacing.handle(RouteFailed("x", unheard=True), 0.0)
    assert pacing.held_back(0.5, for_agents=False) == Pace(0, PaceReason.ROUTE_FAILS)
    assert pacing.held_back(1.0, for_agents=False) == Pace(1, PaceReason.ROUTE_FAILS)
    assert pacing.held_back(1.0) == Pace(0, PaceReason.ROUTE_FAILS), "for nobody"


def test_a_list_that_seems_dead_does_not_open_the_flood() -> None:
    """A hundred and fifty ring out in a row: when people answer again, they must find agents."""
    dead, usual = with_agents(10), with_agents(10)
    for pacing in (dead, usual):
        for number in range(600):
            pacing.handle(AttemptStarted(f"u{number}"), 0.0)
            pacing.handle(HumanAnswered(f"u{number}") if number % 6 == 0 else AttemptEnded(f"u{number}"), 11.0)
            pacing.handle(Connected(f"u{number}", "a0"), 11.0) if number % 6 == 0 else None
            pacing.handle(AgentReady("a0"), 11.0)
    for number in range(150):
        dead.handle(AttemptStarted(f"d{number}"), 100.0)
        dead.handle(AttemptEnded(f"d{number}"), 125.0)
    assert dead.lines.level.value() < 0.3
    calls = dead.calls_to_place(200.0).calls
    assert calls > usual.calls_to_place(200.0).calls
    assert calls / 6 < 1.5 * 10, "as many as would answer again, beside ten agents"


def test_who_left_needs_no_calls() -> None:
    pacing = with_agents(1)
    pacing.handle(AgentLeft("a0"), 0.0)
    assert pacing.calls_to_place(0.0).reason is PaceReason.NO_AGENTS


def test_it_asks_to_be_asked_again() -> None:
    pacing = with_agents(1)
    pacing.calls_to_place(50.0)
    assert pacing.next_deadline_s() == 51.0


def test_a_single_idle_agent_has_a_line_whatever_the_risk() -> None:
    pacing = with_agents(3)
    pacing.allowance.open(Window(0.0, 28_800.0, humans=100, abandoned=6))
    make_busy(pacing, "a0", 0.0)
    assert pacing.calls_to_place(1.0).calls >= 2


def test_who_is_connected_too_late_counts_as_abandoned_and_the_agent_is_busy() -> None:
    pacing = with_agents(1)
    pacing.handle(AttemptStarted("c1"), 0.0)
    pacing.handle(HumanAnswered("c1"), 5.0)
    pacing.handle(Connected("c1", "a0", late=True), 9.0)
    window = pacing.allowance.window
    assert (window.humans, window.abandoned, pacing.agents.idle, pacing.lines.waiting) == (1, 1, 0, 0)


@pytest.mark.parametrize("end", [Connected("c1", "a0"), Abandoned("c1")])
def test_what_is_told_in_another_order_comes_to_the_same(end: Connected | Abandoned) -> None:
    """Events that travel may overtake each other: an agent was connected before the answer was told."""
    in_order, overtaken = with_agents(0), with_agents(0)
    answer = HumanAnswered("c1")
    for pacing, events in ((in_order, (answer, end)), (overtaken, (end, answer))):
        pacing.handle(AttemptStarted("c1"), 0.0)
        for event in events:
            pacing.handle(event, 9.0)
        pacing.handle(AgentWrapUp("a0"), 9.5)
        pacing.handle(AgentReady("a1"), 9.5)
    for pacing in (in_order, overtaken):
        assert (pacing.lines.ringing, pacing.lines.waiting, pacing.allowance.window.humans) == (0, 0, 1)
    assert overtaken.lines.level.value() == in_order.lines.level.value() > 1
    assert overtaken.calls_to_place(10.0) == in_order.calls_to_place(10.0)


def test_an_agent_of_whom_it_was_never_told_that_they_talk_costs_one_person_only() -> None:
    pacing = with_agents(1)
    pacing.allowance.open(Window(0.0, 28_800.0, humans=100, abandoned=50))
    assert place(pacing, 10.0).calls == 1
    pacing.handle(HumanAnswered("c10.0-0"), 20.0)
    pacing.handle(Abandoned("c10.0-0"), 22.0)
    assert place(pacing, 22.0) == Pace(0, PaceReason.LIMIT_SPENT)
    pacing.handle(AgentReady("a0"), 25.0)
    assert place(pacing, 25.0).calls == 1


def test_a_free_agent_of_whom_nothing_more_is_told_is_dialed_for_again() -> None:
    pacing = with_agents(1)
    place(pacing, 10.0)
    pacing.handle(HumanAnswered("c10.0-0"), 20.0)
    pacing.handle(Abandoned("c10.0-0"), 22.0)
    assert place(pacing, 23.0).calls == 0
    assert place(pacing, 90.0).calls >= 1


def test_whom_nothing_is_told_of_after_they_answered_has_an_agent() -> None:
    pacing = with_agents(1)
    pacing.handle(AttemptStarted("c1"), 10.0)
    pacing.handle(HumanAnswered("c1"), 20.0)
    place(pacing, 24.0)
    assert (pacing.lines.waiting, pacing.agents.idle) == (1, 1)
    place(pacing, 25.1)
    assert (pacing.lines.waiting, pacing.agents.idle, pacing.agents.present) == (0, 0, 1)


def test_who_hangs_up_early_is_not_counted() -> None:
    pacing = with_agents(1)
    pacing.handle(AttemptStarted("c1"), 0.0)
    pacing.handle(HumanAnswered("c1"), 5.0)
    pacing.handle(HungUp("c1"), 5.5)
    assert (pacing.allowance.window.humans, pacing.lines.waiting) == (0, 0)


def test_what_was_withdrawn_teaches_nothing() -> None:
    pacing = with_agents(1)
    pacing.handle(AttemptStarted("c1"), 0.0)
    pacing.handle(Withdrawn("c1"), 15.0)
    assert (pacing.lines.ringing, pacing.lines.law._new, pacing.route.fails) == (0, 0, False)


def test_an_answer_that_was_no_person_s_does_not_make_room_for_abandonment() -> None:
    pacing = with_agents(1)
    for number in range(3):
        pacing.handle(AttemptStarted(f"c{number}"), 0.0)
        pacing.handle(HumanAnswered(f"c{number}"), 1.0)
        pacing.handle(Connected(f"c{number}", "a0"), 1.0)
    pacing.handle(NotAPerson("c1"), 20.0)
    assert pacing.allowance.window.humans == 2
