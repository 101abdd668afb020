"""How long a list takes with so many agents: the production pacing lives its first days with it.

What is left of the list then is worked through like the days after the first. The world is W1's, with what is known of
the list in the place of its figures: the shares of outcomes, how long it rings, and the means of talk and wrap-up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import fmean

from dialer.domain.fixed_ratio import lines_to_open
from dialer.domain.pace_words import Pace, PaceEvent, PaceLimits, Window
from dialer.domain.pacing import Pacing
from dialer.domain.retry import Plan
from dialer.simulation.figures import HOUR_S, Day
from dialer.simulation.list_work import AttemptMix, ListWork, list_work
from dialer.simulation.pacer import Pacer
from dialer.simulation.workload import Workload, load_workload
from dialer.simulation.world import World

PREDICTIVE, PROGRESSIVE, RATIO = "predictive", "progressive", "ratio"
MODES = (PREDICTIVE, PROGRESSIVE, RATIO)
_LOOK_AGAIN_S = 1.0
_SEED = 11
_BASE = "W1"
AGENT_HOURS, _MOST_HOURS = 80.0, 24.0
"""After the first day: with fewer agents chance matters more, so that they live more of it."""


@dataclass(frozen=True, slots=True)
class StaffingWanted:
    """What is known of a list, and the numbers of agents to try; ratios are of the attempts of a first pass."""

    people: int
    agents: tuple[int, ...]
    hours_per_day: float
    talk_s: float
    wrap_up_s: float
    answer_ratio: float
    machine_ratio: float
    dead_ratio: float
    retries: Plan
    mode: str = PREDICTIVE
    lines_per_agent: float = 1.0
    """In the mode `ratio` alone."""
    ring_s: float = 25.0
    limits: PaceLimits = field(default_factory=PaceLimits)


@dataclass(frozen=True, slots=True)
class StaffingLine:
    """What the list takes with so many agents.

    `hours` of calling are work; `days` may be more, as the rules let people wait between attempts (`waits_for_rules`).
    `lines_peak`: in use at once, talks included; `lines_full`: as many rang at once as may, with more it ends sooner.
    """

    agents: int
    hours: float
    days: float
    waits_for_rules: bool
    agent_hours: float
    lines_peak: int
    lines_full: bool
    occupancy_ratio: float
    abandonment_ratio: float
    attempts: int
    contacts: int
    contacts_per_hour: float


@dataclass(frozen=True, slots=True)
class Staffed:
    """So much of the whole is simulated; with the line that is ready now."""

    done_ratio: float
    line: StaffingLine | None = None


def staffing(wanted: StaffingWanted, agent_hours: float = AGENT_HOURS) -> Iterator[Staffed]:
    """Try each number of agents, the smallest first; `agent_hours` are simulated after the first day."""
    workload, numbers = workload_of(wanted), sorted(set(wanted.agents))
    total = sum(numbers) or 1
    done = 0
    for agents in numbers:
        for share, line in _try(wanted, workload, agents, agent_hours):
            yield Staffed((done + share * agents) / total, line)
        done += agents


def _try(
    wanted: StaffingWanted, workload: Workload, agents: int, agent_hours: float
) -> Iterator[tuple[float, StaffingLine | None]]:
    world = World(workload, agents, _SEED, _pacer(wanted), deadline_s=wanted.limits.connect_deadline_s)
    days = [world.run_day()]
    more = ceil(min(_MOST_HOURS, agent_hours / agents) / wanted.hours_per_day)
    if _work(wanted, days).attempts_per_person * wanted.people > days[0].dialed:
        for number in range(more):
            yield (1 + number) / (1 + more), None
            days.append(world.run_day())
    yield 1.0, line_of(wanted, agents, days)


def workload_of(wanted: StaffingWanted) -> Workload:
    """Return the world that the list lives in."""
    base, mix = load_workload(_BASE), mix_of(wanted)
    shares = (mix.people, mix.machines, mix.busy, mix.dead, 1.0 - mix.people - mix.machines - mix.busy - mix.dead)
    laws = [replace(each.after, most_s=min(each.after.most_s, wanted.ring_s)) for each in base.outcomes]
    laws[-1] = replace(laws[-1], middle_s=wanted.ring_s)
    outcomes = zip(base.outcomes, shares, laws, strict=True)
    longer = wanted.talk_s / sum(part.share * part.law.mean_s for part in base.talk)
    return replace(
        base,
        outcomes=tuple(replace(each, share=share, after=law) for each, share, law in outcomes),
        talk=tuple(replace(part, law=replace(part.law, middle_s=part.law.middle_s * longer)) for part in base.talk),
        wrap_up=replace(base.wrap_up, middle_s=base.wrap_up.middle_s * wanted.wrap_up_s / base.wrap_up.mean_s),
        day_s=wanted.hours_per_day * HOUR_S,
    )


def mix_of(wanted: StaffingWanted) -> AttemptMix:
    """Say what attempts come to; of those of which nothing else is known, as many are busy as in the base."""
    *_, busy, _, rings_out = (outcome.share for outcome in load_workload(_BASE).outcomes)
    rest = 1.0 - wanted.answer_ratio - wanted.machine_ratio - wanted.dead_ratio
    return AttemptMix(wanted.answer_ratio, wanted.machine_ratio, rest * busy / (busy + rings_out), wanted.dead_ratio)


def line_of(wanted: StaffingWanted, agents: int, days: Sequence[Day]) -> StaffingLine:
    """Go on from the simulated days to the end of the list: the first is as it was, all others like those after it."""
    work = _work(wanted, days)
    attempts = work.attempts_per_person * wanted.people
    first, later = days[0], days[1:]
    per_day = fmean(day.dialed for day in later) if later else first.dialed
    work_days = attempts / per_day if not later else 1 + max(0.0, attempts - first.dialed) / per_day
    # what counts of each day: the first once, those after it for all that follow
    weights = [1.0, *[(work_days - 1) / len(later) for _ in later]]
    hours, contacts = work_days * wanted.hours_per_day, work.reached_ratio * wanted.people
    busy_s = _sum([day.talk_s + day.wrap_up_s for day in days], weights)
    return StaffingLine(
        agents,
        hours=hours,
        days=max(work_days, work.lasts_days),
        waits_for_rules=work.lasts_days > work_days,
        agent_hours=agents * hours,
        lines_peak=max(day.lines_peak for day in days),
        lines_full=max(day.ringing_peak for day in days) >= wanted.limits.lines_max,
        occupancy_ratio=busy_s / _sum([day.signed_in_s for day in days], weights),
        abandonment_ratio=_abandonment_ratio(days, weights),
        attempts=round(attempts),
        contacts=round(contacts),
        contacts_per_hour=contacts / hours,
    )


def _work(wanted: StaffingWanted, days: Sequence[Day]) -> ListWork:
    abandoned_ratio = _abandonment_ratio(days, [1.0] * len(days))
    return list_work(mix_of(wanted), wanted.retries, wanted.hours_per_day * HOUR_S, abandoned_ratio)


def _abandonment_ratio(days: Sequence[Day], weights: Sequence[float]) -> float:
    return _sum([day.abandoned for day in days], weights) / max(1.0, _sum([day.humans for day in days], weights))


def _sum(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _pacer(wanted: StaffingWanted) -> Pacer:
    pacing = Pacing(wanted.limits)
    if wanted.mode == PREDICTIVE:
        return pacing
    return ByRatio(pacing, wanted.lines_per_agent if wanted.mode == RATIO else 1.0)


class ByRatio:
    """The production pacing in its simpler modes, as `dialer.run` asks it there."""

    def __init__(self, pacing: Pacing, lines_per_agent: float) -> None:
        self._pacing = pacing
        self._lines_per_agent = lines_per_agent
        self._next_s = 0.0

    def open_window(self, window: Window) -> None:
        """Begin a day."""
        self._pacing.open_window(window)

    def handle(self, event: PaceEvent, now_s: float) -> None:
        """Hear of something."""
        self._pacing.handle(event, now_s)

    def calls_to_place(self, now_s: float) -> Pace:
        """Open so many lines for each agent who waits."""
        self._next_s = now_s + _LOOK_AGAIN_S
        return lines_to_open(self._pacing, self._lines_per_agent, now_s)

    def next_deadline_s(self) -> float:
        """Say when to be asked again though nothing happened."""
        return self._next_s
