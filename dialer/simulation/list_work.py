"""How much work a list is: each of its people is tried by the campaign's rules, until somebody has talked with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import fmean

from dialer.domain.retry import Ended, Plan, Tried, next_try
from dialer.domain.verdict import Verdict
from dialer.simulation.draws import Draw, Stream, draws

_PEOPLE = 2000
_SEED = 11
_NEARLY_ALL = 0.95
"""Of the people: the last few wait for days after an abandoned call."""
_BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
_DAY = timedelta(days=1)
_NUMBER = "1"


@dataclass(frozen=True, slots=True)
class AttemptMix:
    """What the attempts of a first pass through the list come to; what is left over rings out."""

    people: float
    machines: float
    busy: float
    dead: float


@dataclass(frozen=True, slots=True)
class ListWork:
    """`lasts_days`: until nearly all were tried for the last time, however many agents there are: by rule they wait."""

    attempts_per_person: float
    reached_ratio: float
    lasts_days: float


def list_work(mix: AttemptMix, retries: Plan, day_s: float, abandoned_ratio: float) -> ListWork:
    """Try some people, each with one number; days of calling are `day_s` long.

    Whose number is dead stays so; all others are as likely to answer the last time as they were the first.
    """
    dice = draws(_SEED, Stream.PEOPLE)
    stories = [_story(mix, retries, day_s, abandoned_ratio, dice) for _ in range(_PEOPLE)]
    lasted = sorted(story.days for story in stories)
    return ListWork(
        fmean(story.attempts for story in stories),
        fmean(story.is_reached for story in stories),
        lasted[int(_NEARLY_ALL * _PEOPLE)],
    )


@dataclass(frozen=True, slots=True)
class _Story:
    attempts: int
    is_reached: bool
    days: float


def _story(mix: AttemptMix, retries: Plan, day_s: float, abandoned_ratio: float, dice: Iterator[Draw]) -> _Story:
    is_dead = next(dice).choice < mix.dead
    tried: list[Tried] = []
    at = _BEGIN
    while True:
        verdict = Verdict.UNALLOCATED if is_dead else _verdict(mix, abandoned_ratio, next(dice))
        tried.append(Tried(at, _NUMBER, verdict))
        if verdict is Verdict.HUMAN:
            return _Story(len(tried), is_reached=True, days=_days(at, day_s))
        then = next_try(retries, (_NUMBER,), tried)
        if isinstance(then, Ended):
            return _Story(len(tried), is_reached=False, days=_days(at, day_s))
        at = _in_hours(then.at, day_s)


def _verdict(mix: AttemptMix, abandoned_ratio: float, draw: Draw) -> Verdict:
    left = draw.choice * (1 - mix.dead)
    if left < mix.people:
        return Verdict.ABANDONED if draw.uniform < abandoned_ratio else Verdict.HUMAN
    if left < mix.people + mix.machines:
        return Verdict.MACHINE
    return Verdict.BUSY if left < mix.people + mix.machines + mix.busy else Verdict.NO_ANSWER


def _in_hours(at: datetime, day_s: float) -> datetime:
    days, into = divmod(at - _BEGIN, _DAY)
    return at if into.total_seconds() < day_s else _BEGIN + (days + 1) * _DAY


def _days(at: datetime, day_s: float) -> float:
    days, into = divmod(at - _BEGIN, _DAY)
    return days + into.total_seconds() / day_s
