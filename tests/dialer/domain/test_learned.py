"""What was learned goes on in another pacing, over the text that it is kept as."""

import json
from dataclasses import replace

import pytest

from dialer.domain.handling_law import Handling
from dialer.domain.learned import handling_mean_s, learned, recall
from dialer.domain.pace_words import (
    AgentReady,
    AgentWrapUp,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    PaceLimits,
)
from dialer.domain.pacing import Pacing


def experienced() -> Pacing:
    """One of six answers, after ten seconds; talks of a minute."""
    pacing = Pacing(PaceLimits())
    for number in range(600):
        name, at = f"u{number}", 100.0 * number
        pacing.handle(AttemptStarted(name), at)
        pacing.handle(HumanAnswered(name) if number % 6 == 0 else AttemptEnded(name), at + 10)
        if number % 6 == 0:
            pacing.handle(Connected(name, "a0"), at + 10)
            pacing.handle(AgentWrapUp("a0"), at + 70)
            pacing.handle(AgentReady("a0"), at + 75)
    return pacing


def with_ten(pacing: Pacing) -> Pacing:
    for number in range(10):
        pacing.handle(AgentReady(f"b{number}"), 1e6)
    return pacing


def test_a_restarted_pacing_dials_as_the_one_before() -> None:
    before, after, new = experienced(), Pacing(PaceLimits()), Pacing(PaceLimits())
    before.handle(AgentReady("a0"), 1e6)
    after.handle(AgentReady("a0"), 1e6)
    new.handle(AgentReady("a0"), 1e6)
    assert recall(after, json.loads(json.dumps(learned(before))))
    for other in (after, new):
        other.open_window(replace(before.allowance.window))
    # what is learned comes into force at the next look
    before.lines.law.learn(before.lines._rang_s(1e6))
    before.agents.law.learn({what: before.agents._lasts_s(what, 1e6) for what in before.agents._busy})
    before.look_ahead()
    calls = [with_ten(one).calls_to_place(1e6).calls for one in (before, after, new)]
    assert calls[0] == calls[1] != calls[2]


def test_what_is_of_another_shape_is_learned_anew() -> None:
    pacing = Pacing(PaceLimits())
    assert not recall(pacing, None)
    assert not recall(pacing, {"shape": 0})


def test_mean_times_are_those_of_what_ended() -> None:
    kept = json.loads(json.dumps(learned(experienced())))
    assert handling_mean_s(kept, Handling.TALK, at_least=80) == pytest.approx(60)
    assert handling_mean_s(kept, Handling.WRAP_UP, at_least=80) == pytest.approx(5)
    assert handling_mean_s(kept, Handling.TALK, at_least=200) is None
    assert handling_mean_s({"shape": 0}, Handling.TALK, at_least=1) is None
    assert handling_mean_s(None, Handling.TALK, at_least=1) is None
