import numpy as np
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
)
from dialer.simulation.replay import Replay, Ring, Seen, Setting, best_setting, live

DICE = np.random.default_rng(3)


def seen(human_ratio: float = 0.15, count: int = 4000) -> Seen:
    """The Markov case of the reference, as ten busy minutes of many agents would have it."""
    answered = DICE.random(count) < human_ratio
    rings = [Ring(float(rang), bool(human)) for rang, human in zip(DICE.exponential(12, count), answered, strict=True)]
    return Seen(rings, DICE.exponential(105, count).tolist())


SEEN = seen()


def test_the_replayed_hour_keeps_the_closed_form_of_progressive_dialing() -> None:
    """The validity gate: H / (H + tau / p), as the world's own; it begins with everybody idle."""
    handle_s, ring_s = np.mean(SEEN.talks_s), np.mean([ring.rang_s for ring in SEEN.rings])
    idle_s = ring_s * SEEN.rings_per_answer
    closed_form = handle_s / (handle_s + idle_s)
    hour = live(SEEN, 300, Setting(1.0), 1)
    assert hour.occupancy_ratio == pytest.approx(closed_form * (1 - closed_form * idle_s / 3600), abs=0.01)
    assert hour.abandonment_ratio == 0


def test_more_lines_and_who_talks_long_keep_agents_busier_and_abandon_more() -> None:
    hours = [live(SEEN, 10, setting, 1) for setting in (Setting(1.0), Setting(3.0), Setting(6.0), Setting(6.0, 60.0))]
    assert [hour.occupancy_ratio for hour in hours] == sorted(hour.occupancy_ratio for hour in hours)
    assert [hour.abandonment_ratio for hour in hours] == sorted(hour.abandonment_ratio for hour in hours)
    assert hours[1].abandonment_ratio > 0


def test_the_setting_it_chooses_keeps_the_limit_and_the_next_ones_are_tried() -> None:
    chosen = best_setting(SEEN, 10, 0.03, 1)
    assert 2 < chosen.lines_per_available < SEEN.rings_per_answer
    assert live(SEEN, 10, chosen, 1).abandonment_ratio <= 0.03
    assert best_setting(SEEN, 10, 0.10, 1).lines_per_available > chosen.lines_per_available
    assert best_setting(seen(human_ratio=0.5), 10, 0.03, 1).lines_per_available < chosen.lines_per_available


def test_where_nothing_keeps_the_limit_it_dials_one_for_one() -> None:
    assert best_setting(SEEN, 10, -1.0, 1) == Setting(1.0)


def lived_through(minutes: int = 10) -> Replay:
    rule = Replay(0.03)
    for turn in range(minutes * 6):
        now = turn * 10.0
        for number in range(7):
            rule.handle(AttemptStarted(f"{turn}-{number}"), now)
        for number in range(1, 7):
            rule.handle(AttemptEnded(f"{turn}-{number}"), now + 9)
        rule.handle(HumanAnswered(f"{turn}-0"), now + 9)
        rule.handle(Connected(f"{turn}-0", f"a{turn % 9}"), now + 9)
        rule.handle(AgentWrapUp(f"a{(turn + 1) % 9}"), now + 9)
        rule.handle(AgentReady(f"a{(turn + 1) % 9}"), now + 9.5)
    return rule


def test_before_anything_was_seen_it_dials_one_for_one() -> None:
    rule = Replay(0.03)
    for number in range(4):
        rule.handle(AgentReady(f"a{number}"), 0.0)
    assert rule.calls_to_place(0.0).calls == 4


def test_it_dials_by_what_it_saw_in_the_last_ten_minutes() -> None:
    rule = lived_through()
    rule.calls_to_place(601.0)
    assert rule.setting.lines_per_available > 1
    assert rule.next_deadline_s() == 602.0
    rule.calls_to_place(2000.0)
    assert rule.setting == Setting(), "nothing of it is left"


def test_who_talks_longer_than_it_expects_counts_as_available() -> None:
    rule = Replay(0.03)
    rule.handle(AgentReady("a"), 0.0)
    rule.calls_to_place(0.0)
    rule.handle(Connected("c", "a"), 0.0)
    rule.setting = Setting(3.0, counts_after_s=60.0)
    assert rule.calls_to_place(50.0).calls == 0
    assert rule.calls_to_place(61.0).calls == 3
    rule.handle(AgentLeft("a"), 62.0)
    assert rule.calls_to_place(63.0).calls == 0


def test_over_the_limit_it_dials_a_quarter_fewer() -> None:
    rule = Replay(0.03)
    rule.calls_to_place(0.0)
    rule.setting = Setting(4.0)
    rule.handle(AgentReady("a"), 0.0)
    rule.handle(AgentReady("b"), 0.0)
    assert rule.calls_to_place(1.0).calls == 8
    rule.handle(Abandoned("x"), 1.0)
    assert rule.calls_to_place(2.0).calls == 6
