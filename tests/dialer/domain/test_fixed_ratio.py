import pytest

from dialer.domain.fixed_ratio import lines_to_open
from dialer.domain.pace_words import (
    Abandoned,
    AgentReady,
    AttemptStarted,
    HumanAnswered,
    PaceLimits,
    PaceReason,
    RouteFailed,
    Window,
)
from dialer.domain.pacing import Pacing


def pacing(idle: int, limits: PaceLimits | None = None) -> Pacing:
    made = Pacing(limits or PaceLimits())
    made.open_window(Window(0.0, 28_800.0))
    for number in range(idle):
        made.handle(AgentReady(f"a{number}"), 0.0)
    return made


@pytest.mark.parametrize(("ratio", "calls"), [(1.0, 3), (1.5, 5), (2.0, 6)])
def test_so_many_lines_for_each_idle_agent(ratio: float, calls: int) -> None:
    pace = lines_to_open(pacing(3), ratio, 0.0)
    assert pace.calls == calls
    assert pace.reason is (PaceReason.AHEAD if ratio > 1 else PaceReason.FOR_IDLE)


def test_lines_that_ring_and_people_who_wait_are_taken_off() -> None:
    made = pacing(3)
    made.handle(AttemptStarted("1"), 0.0)
    made.handle(AttemptStarted("2"), 0.0)
    made.handle(HumanAnswered("2"), 1.0)
    assert lines_to_open(made, 1.0, 1.0).calls == 1
    made.handle(AttemptStarted("3"), 1.0)
    assert lines_to_open(made, 1.0, 1.0).reason is PaceReason.AS_SET


def test_nobody_is_called_for_nobody() -> None:
    assert lines_to_open(pacing(0), 2.0, 0.0).reason is PaceReason.NO_AGENTS


def test_no_more_lines_than_the_campaign_has() -> None:
    made = pacing(3, PaceLimits(lines_max=2))
    assert lines_to_open(made, 2.0, 0.0).calls == 2
    made.handle(AttemptStarted("1"), 0.0)
    made.handle(AttemptStarted("2"), 0.0)
    assert lines_to_open(made, 2.0, 0.0).reason is PaceReason.LINES_FULL


def test_with_the_window_s_abandonment_spent_each_idle_agent_has_one_line() -> None:
    made = pacing(2)
    made.open_window(Window(0.0, 60.0))
    for number in range(40):
        made.handle(AttemptStarted(f"x{number}"), 0.0)
        made.handle(HumanAnswered(f"x{number}"), 1.0)
        made.handle(Abandoned(f"x{number}"), 3.0)
    assert lines_to_open(made, 2.0, 3.5).calls == 0, "whoever waited in vain found nobody free"
    for number in range(2):
        made.handle(AgentReady(f"a{number}"), 4.0)
    assert lines_to_open(made, 2.0, 4.0).calls == 2
    for number in range(2):
        made.handle(AttemptStarted(f"y{number}"), 4.0)
    assert lines_to_open(made, 2.0, 4.0).reason is PaceReason.LIMIT_SPENT


def test_above_the_limit_each_idle_agent_has_one_line_until_others_made_up_for_it() -> None:
    made = pacing(2)
    made.open_window(Window(0.0, 30 * 86_400.0, humans=33, abandoned=1))
    assert lines_to_open(made, 2.0, 1.0).calls == 2, "more of them may come in thirty days, or may not"
    made.handle(AttemptStarted("1"), 1.0)
    made.handle(AttemptStarted("2"), 1.0)
    assert lines_to_open(made, 2.0, 1.0).reason is PaceReason.LIMIT_SPENT
    assert lines_to_open(made, 1.0, 1.0).reason is PaceReason.AS_SET, "one line each holds nothing back"
    made.open_window(Window(0.0, 30 * 86_400.0, humans=34, abandoned=1))
    assert lines_to_open(made, 2.0, 1.0).calls == 2


def test_a_route_that_fails_is_tried_with_one_line() -> None:
    made = pacing(3)
    for number in range(60):
        made.handle(AttemptStarted(f"x{number}"), 0.0)
        made.handle(RouteFailed(f"x{number}"), 0.1)
    assert made.route.fails
    assert lines_to_open(made, 2.0, 0.2).reason is PaceReason.ROUTE_FAILS
    assert lines_to_open(made, 2.0, 600.0).calls == 1
