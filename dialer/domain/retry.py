"""What comes next for a lead: from the outcome, how often it was tried, and which number it was.

One engine for everything that other dialers spread over recycling, alternate numbers and call quotas: the first rule
that fits holds, and the answer is a time and a number, or that the lead is done and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dialer.domain.verdict import Verdict


class Which(StrEnum):
    """Which of the lead's numbers is tried next."""

    SAME = "same"
    NEXT = "next"
    """The one after it, and after the last the first again."""


class Ended(StrEnum):
    """Why a lead is not tried again."""

    DONE = "done"
    """The outcome asks for nothing more."""
    ATTEMPTS_USED_UP = "attempts_used_up"
    NO_NUMBER_LEFT = "no_number_left"
    """Each of its numbers is dead."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """`verdicts` it is for; `after` one delay for each repetition, the last for all further ones."""

    verdicts: frozenset[Verdict]
    after: tuple[timedelta, ...]
    attempts_max: int
    which: Which = Which.NEXT
    kills_number_after: int | None = None
    """So many such verdicts on one number and it is dead: never one alone, unless the sign is certain."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt of a lead; `certain`: a sign that needs no second."""

    at: datetime
    number: str
    verdict: Verdict
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """Not before `at`, this number; other rules (hours, caps) may make it later."""

    at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign's retry rules; a verdict that no rule names ends the lead."""

    rules: tuple[RetryRule, ...]
    attempts_max: int = 8
    """Of a lead, whatever happened."""

    def rule_for(self, verdict: Verdict) -> RetryRule | None:
        """Return the first that fits."""
        return next((rule for rule in self.rules if verdict in rule.verdicts), None)


def next_try(plan: Plan, numbers: Sequence[str], tried: Sequence[Tried]) -> Next | Ended:
    """Return what comes after the last of `tried` (oldest first, at least one that was not withdrawn)."""
    tried = [each for each in tried if each.verdict is not Verdict.WITHDRAWN]
    last = tried[-1]
    rule = plan.rule_for(last.verdict)
    alive = [number for number in numbers if number not in dead_numbers(plan, tried)]
    if not alive:
        return Ended.NO_NUMBER_LEFT
    if rule is None:
        return Ended.DONE
    alike = sum(each.verdict in rule.verdicts for each in tried)
    if len(tried) >= plan.attempts_max or alike >= rule.attempts_max:
        return Ended.ATTEMPTS_USED_UP
    return Next(last.at + rule.after[min(alike, len(rule.after)) - 1], _number(rule, numbers, alive, last.number))


def dead_numbers(plan: Plan, tried: Sequence[Tried]) -> frozenset[str]:
    """Return the numbers that the rules count as dead after these attempts."""
    dead = set()
    for number in {each.number for each in tried}:
        for rule in plan.rules:
            signs = [each for each in tried if each.number == number and each.verdict in rule.verdicts]
            if rule.kills_number_after is not None and (
                len(signs) >= rule.kills_number_after or any(each.certain for each in signs)
            ):
                dead.add(number)
    return frozenset(dead)


def _number(rule: RetryRule, numbers: Sequence[str], alive: Sequence[str], last: str) -> str:
    if rule.which is Which.SAME and last in alive:
        return last
    # a number may have been taken from the lead since it was dialed
    start = numbers.index(last) + 1 if last in numbers else 0
    circle = [*numbers[start:], *numbers[:start]]
    return next(number for number in circle if number in alive)
