"""The world as a queue of events: lists answer, agents talk, and a pacer is asked after each.

The pacer sees only what a dialer sees. Agents take people in the order in which they became free; who waits longest has
the next agent. A line that rings is not cut off (the law asks for 15 s at least, and nobody knows whom it would hit).
"""

import heapq
import math
from collections.abc import Callable
from itertools import count, pairwise

from dialer.domain.pace_words import (
    Abandoned,
    AgentLeft,
    AgentReady,
    AgentWrapUp,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    NotAPerson,
    PaceEvent,
    RouteFailed,
    Window,
)
from dialer.simulation.draws import Draw, Stream, draws
from dialer.simulation.figures import Day
from dialer.simulation.pacer import Pacer, Seer
from dialer.simulation.workload import Fate, Outcome, Step, TalkPart, Workload

DAY_S = 86_400.0
_DRAIN_S = 120.0
"""After the last call was placed: what rings is still answered."""
_SETTLES_S = 600.0
"""A step is got over after so long; as long again is looked at then."""
_REFUSED_AFTER_S = 0.3
_SOONEST_S = 1e-3
"""A pacer that asks to be asked at once is asked a millisecond later."""

Happening = Callable[[], None]


class World:
    """One cell: a workload, so many agents, one seed, one pacer."""

    def __init__(self, workload: Workload, agents: int, seed: int, pacer: Pacer, *, deadline_s: float = 2.0) -> None:
        self.workload = workload
        self.pacer = pacer
        self._deadline_s = deadline_s
        self._everybody = [f"a{i}" for i in range(agents)]
        self._attempts = draws(seed, Stream.ATTEMPTS)
        self._talks = draws(seed, Stream.TALKS)
        self._wrap_ups = draws(seed, Stream.WRAP_UPS)
        self._trouble = draws(seed, Stream.TROUBLE)
        self._settled_s = _settled_s(workload)
        self._ids = count()
        self._order = count()
        self._days = count()

    def run_day(self) -> Day:
        """Live one day; what the pacer learned before goes on."""
        start_s = next(self._days) * DAY_S
        self._seer = self.pacer if isinstance(self.pacer, Seer) else None
        self.day = Day()
        self._now_s = start_s
        self._closes_s = start_s + self.workload.day_s
        self._queue: list[tuple[float, int, Happening]] = []
        self._idle: dict[str, None] = {}
        self._signed_in: dict[str, float] = {}
        self._leaving: set[str] = set()
        self._waiting: dict[str, bool] = {}
        self._lines = self._ringing = 0
        self._asked_at_s = float("inf")
        self.pacer.open_window(Window(start_s, self._closes_s))
        for step in self.workload.steps:
            self._at(start_s + step.at_s, lambda step=step: self._begin(step))  # type: ignore[misc]
        self._at(self._closes_s, lambda: None)
        if messages := self.workload.messages:
            self._at(start_s + messages.idle_told_again_s, lambda: self._tell_idle_again(messages.idle_told_again_s))
        self._live()
        for agent_id in list(self._signed_in):
            self._sign_out(agent_id)
        return self.day

    def _at(self, at_s: float, happening: Happening) -> None:
        heapq.heappush(self._queue, (at_s, next(self._order), happening))

    def _live(self) -> None:
        while self._queue:
            at_s, _, happening = heapq.heappop(self._queue)
            if at_s > self._closes_s + _DRAIN_S:
                break
            self._now_s = at_s
            happening()
            if at_s < self._closes_s:
                self._ask()

    def _ask(self) -> None:
        for _ in range(self.pacer.calls_to_place(self._now_s).calls):
            self._dial()
        again_s = max(self.pacer.next_deadline_s(), self._now_s + _SOONEST_S)
        if again_s < self._closes_s and (self._asked_at_s <= self._now_s or again_s < self._asked_at_s):
            self._asked_at_s = again_s
            self._at(again_s, lambda: None)

    def _tell(self, event: PaceEvent) -> None:
        messages = self.workload.messages
        if messages is None:
            self.pacer.handle(event, self._now_s)
            return
        luck = next(self._trouble)
        if luck.choice >= messages.lost_ratio:
            late_s = luck.uniform * messages.delay_max_s
            self._at(self._now_s + late_s, lambda: self.pacer.handle(event, self._now_s))

    def _tell_idle_again(self, every_s: float) -> None:
        for agent_id in self._idle:
            self._tell(AgentReady(agent_id))
        if self._now_s < self._closes_s:
            self._at(self._now_s + every_s, lambda: self._tell_idle_again(every_s))

    # --- lines

    def _dial(self) -> None:
        attempt_id = f"c{next(self._ids)}"
        self.day.dialed += 1
        self._lines += 1
        self._ringing += 1
        self.day.lines_peak = max(self.day.lines_peak, self._lines)
        self.day.ringing_peak = max(self.day.ringing_peak, self._ringing)
        self.pacer.handle(AttemptStarted(attempt_id), self._now_s)
        draw = next(self._attempts)
        step = self._step
        if step.refused_ratio and next(self._trouble).choice < step.refused_ratio:
            refused = AttemptEnded(attempt_id) if step.refused_as_dead else RouteFailed(attempt_id)
            self._at(self._now_s + _REFUSED_AFTER_S, lambda: self._refuse(refused))
            return
        outcome = self._outcome(draw, step)
        after_s = outcome.after.value_s(draw.uniform, draw.normal)
        self._at(self._now_s + after_s, lambda: self._resolve(attempt_id, outcome.fate))

    def _outcome(self, draw: Draw, step: Step) -> Outcome:
        """Find the fate of a draw: more people leave less of everything else, in proportion."""
        outcomes = self.workload.outcomes
        people = sum(outcome.share for outcome in outcomes if outcome.fate is Fate.HUMAN)
        others = (1 - people * step.answer_factor) / (1 - people)
        left = draw.choice
        for outcome in outcomes[:-1]:
            share = outcome.share * (step.answer_factor if outcome.fate is Fate.HUMAN else others)
            if left < share:
                return outcome
            left -= share
        return outcomes[-1]

    def _refuse(self, event: PaceEvent) -> None:
        self._ringing -= 1
        self._clear(event)

    def _resolve(self, attempt_id: str, fate: Fate) -> None:
        self._ringing -= 1
        detector = self.workload.detector
        if fate is Fate.HUMAN and detector and next(self._trouble).choice < detector.human_as_machine_ratio:
            self.day.humans += 1
            self.day.lost_to_detector += 1
            self._clear(AttemptEnded(attempt_id))
        elif fate is Fate.MACHINE and detector and next(self._trouble).choice < detector.machine_as_human_ratio:
            self._answer(attempt_id, is_person=False)
        elif fate in (Fate.HUMAN, Fate.SCREENING):
            self._answer(attempt_id, is_person=fate is Fate.HUMAN)
        else:
            self._clear(AttemptEnded(attempt_id))

    def _clear(self, event: PaceEvent) -> None:
        self._lines -= 1
        self._tell(event)

    def _answer(self, attempt_id: str, *, is_person: bool) -> None:
        if is_person:
            self.day.humans += 1
            self.day.answered_at_s.append(self._now_s)
        self._tell(HumanAnswered(attempt_id))
        self._waiting[attempt_id] = is_person
        if self._idle:
            self._connect(next(iter(self._idle)))
        else:
            self._at(self._now_s + self._patience_s(), lambda: self._give_up(attempt_id))

    def _patience_s(self) -> float:
        mean_s = self.workload.patience_mean_s
        return self._deadline_s if mean_s is None else -mean_s * math.log1p(-next(self._trouble).uniform)

    def _give_up(self, attempt_id: str) -> None:
        is_person = self._waiting.pop(attempt_id, None)
        if is_person is None:
            return
        if is_person:
            self.day.abandoned += 1
            self.day.abandoned_at_s.append(self._now_s)
        self._clear(Abandoned(attempt_id))

    # --- agents

    def _begin(self, step: Step) -> None:
        self._step = step
        away = set(self._everybody[: round(step.absent_ratio * len(self._everybody))])
        for agent_id in self._everybody:
            if agent_id in away:
                if agent_id in self._idle:
                    self._sign_out(agent_id)
                elif agent_id in self._signed_in:
                    self._leaving.add(agent_id)
            elif agent_id in self._signed_in:
                self._leaving.discard(agent_id)
            else:
                self._signed_in[agent_id] = self._now_s
                self._free(agent_id)

    def _sign_out(self, agent_id: str) -> None:
        self._idle.pop(agent_id, None)
        self._leaving.discard(agent_id)
        since_s = self._signed_in.pop(agent_id)
        self.day.signed_in_s += self._before_closing_s(since_s, self._now_s)
        self.day.settled_signed_in_s += self._settled(since_s, self._now_s)
        self.pacer.handle(AgentLeft(agent_id), self._now_s)

    def _free(self, agent_id: str) -> None:
        if agent_id in self._leaving:
            self._sign_out(agent_id)
            return
        self._tell(AgentReady(agent_id))
        self._idle[agent_id] = None
        if self._waiting:
            self._connect(agent_id)

    def _connect(self, agent_id: str) -> None:
        attempt_id = next(iter(self._waiting))
        is_person = self._waiting.pop(attempt_id)
        del self._idle[agent_id]
        self.day.connected += 1
        talk_s = self._talk_s(is_person=is_person)
        draw = next(self._wrap_ups)
        wrap_up_s = self.workload.wrap_up.value_s(draw.uniform, draw.normal)
        ends_s = self._now_s + talk_s
        self.day.talk_s += self._before_closing_s(self._now_s, ends_s)
        self.day.wrap_up_s += self._before_closing_s(ends_s, ends_s + wrap_up_s)
        self.day.settled_busy_s += self._settled(self._now_s, ends_s + wrap_up_s)
        self._tell(Connected(attempt_id, agent_id))
        if self._seer is not None:
            self._seer.foretell(agent_id, ends_s + wrap_up_s)
        if not is_person:
            self._at(ends_s, lambda: self._tell(NotAPerson(attempt_id)))
        self._at(ends_s, lambda: self._wrap_up(agent_id, wrap_up_s))

    def _before_closing_s(self, from_s: float, until_s: float) -> float:
        return max(0.0, min(until_s, self._closes_s) - from_s)

    def _settled(self, from_s: float, until_s: float) -> float:
        opens_s = self._closes_s - self.workload.day_s
        parts = ((max(from_s, opens_s + since), min(until_s, opens_s + until)) for since, until in self._settled_s)
        return sum(max(0.0, until - since) for since, until in parts)

    def _talk_s(self, *, is_person: bool) -> float:
        draw = next(self._talks)
        if not is_person and self.workload.detector:
            return self.workload.detector.machine_talk_s
        law = _part(self.workload.talk, draw.choice).law
        return law.value_s(draw.uniform, draw.normal) * self._step.talk_factor

    def _wrap_up(self, agent_id: str, wrap_up_s: float) -> None:
        self._clear(AgentWrapUp(agent_id))
        self._at(self._now_s + wrap_up_s, lambda: self._free(agent_id))


def _settled_s(workload: Workload) -> list[tuple[float, float]]:
    """Return what is looked at after steps; who is hit by the next one before has no time to settle."""
    at_s = [*(step.at_s for step in workload.steps[1:]), workload.day_s]
    return [(at + _SETTLES_S, at + 2 * _SETTLES_S) for at, then in pairwise(at_s) if then >= at + 2 * _SETTLES_S]


def _part(parts: tuple[TalkPart, ...], choice: float) -> TalkPart:
    for part in parts[:-1]:
        if choice < part.share:
            return part
        choice -= part.share
    return parts[-1]
