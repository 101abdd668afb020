"""What became of each call in each line, from the floor's facts: the one source of all figures of a day.

A call makes one *visit*, and one *stay* in each queue whose line it comes into, however often it comes back there. A
stay belongs to the quarter of an hour in which it began, whatever comes later: so each call is counted once, in the
interval of its arrival. It is told the same facts live and from the call log, and comes to the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.domain.day import Day
from cti.domain.callback import TALKED_SINCE
from cti.domain.callback_words import CallbackAsked, CallbackChanged
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    Fact,
    TalkEnded,
    TalkInterrupted,
    TalkResumed,
    TalkStarted,
    WaitStarted,
)
from cti.domain.values import AgentState, EndReason

_GAVE_UP = (EndReason.ABANDONED_IN_QUEUE, EndReason.ABANDONED_RINGING)


class Fate(StrEnum):
    """What became of a stay. The first answer is final: who is put back in line after a talk was answered.

    `callback`: they left to be called when their turn comes, which we promised.

    `passed_on` is all that is neither an answer nor the caller's own end: another queue, voicemail, a message, a number
    outside, the fallback of the dialplan, a lost switch.
    """

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK = "callback"
    PASSED_ON = "passed_on"


@dataclass(slots=True)
class Stay:
    """One call in one line. `wait_s` is the time in line until its fate; `handle_s` talks (hold in them) and wrap-ups.

    `slot` is the quarter of its beginning, None on another day. `kept`: of a callback, that it was made.
    """

    queue_id: int
    since: datetime
    slot: int | None
    fate: Fate = Fate.OPEN
    wait_s: float = 0.0
    handle_s: float = 0.0
    talking: bool = False
    kept: bool = False

    def decide(self, fate: Fate, wait_s: float) -> None:
        """Its fate is known."""
        self.fate, self.wait_s = fate, max(0.0, wait_s)


@dataclass(slots=True)
class Visit:
    """One call, with its stays in their order. `talk` is the stay that the last talk belongs to.

    `version` is larger than that of every visit that changed before it.
    """

    call_id: str
    stays: list[Stay] = field(default_factory=list)
    talk: Stay | None = None
    ended: bool = False
    version: int = 0

    def stay_in(self, queue_id: int | None) -> Stay | None:
        """Return the stay in this queue; in the last one where the queue is not known."""
        if queue_id is None:
            return self.stays[-1] if self.stays else None
        return next((stay for stay in self.stays if stay.queue_id == queue_id), None)

    def pass_on(self, at: datetime, staying: Stay | None = None) -> None:
        """Leave every other line."""
        for stay in self.stays:
            if stay.fate is Fate.OPEN and stay is not staying:
                stay.decide(Fate.PASSED_ON, (at - stay.since).total_seconds())


@dataclass(slots=True)
class Slot:
    """The visits with a stay that began in this quarter, by its queue, in the order of their last change.

    `version` is the number of the last one: who counts a few queues need not look at what changed in the others.
    """

    of_queue: dict[int, dict[str, Visit]] = field(default_factory=dict)
    version: int = 0

    def touch(self, visit: Visit, queue_id: int) -> None:
        """This one is different now."""
        visits = self.of_queue.setdefault(queue_id, {})
        visits.pop(visit.call_id, None)
        visits[visit.call_id] = visit
        self.version = visit.version

    def touched_since(self, version: int, queue_ids: Collection[int] | None) -> list[Visit]:
        """List those that are different since, of each queue the last one first; None: of all queues.

        One that stayed in two of the queues is there twice.
        """
        found = []
        for queue_id in self.of_queue if queue_ids is None else queue_ids:
            for visit in reversed(self.of_queue.get(queue_id, {}).values()):
                if visit.version <= version:
                    break
                found.append(visit)
        return found


class Visits:
    """The visits of one day, and those of before that are not over."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.slots = [Slot() for _ in range(day.slots)]
        self.visits: dict[str, Visit] = {}
        self._version = 0
        self._to_wrap_up: dict[int, tuple[Visit, Stay]] = {}
        self._wrapping_up: dict[int, tuple[Visit, Stay]] = {}

    def begin(self, day: Day) -> None:
        """Midnight: the counts begin anew, open calls go on and stay with the day of their arrival."""
        for visit in self.visits.values():
            for stay in visit.stays:
                stay.slot = None
        self.day = day
        self.slots = [Slot() for _ in range(day.slots)]
        self.visits = {call_id: visit for call_id, visit in self.visits.items() if not visit.ended}

    def take(self, at: datetime, fact: Fact) -> None:
        """Take one fact; those that say nothing about lines and talks change nothing."""
        match fact:
            case WaitStarted():
                self._queued(at, fact)
            case TalkStarted():
                self._talk_started(at, fact)
            case TalkResumed():
                self._resumed(fact)
            case TalkInterrupted() | TalkEnded():
                self._talked(fact)
            case CallEnded():
                self._ended(at, fact)
            case CallbackAsked():
                self._promised(at, fact)
            case CallbackChanged():
                self._callback_changed(fact)
            case AgentChanged():
                self._agent_changed(fact)
            case _:
                pass

    def _queued(self, at: datetime, fact: WaitStarted) -> None:
        visit = self.visits.setdefault(fact.call_id, Visit(fact.call_id))
        visit.ended = False
        stay = visit.stay_in(fact.queue_id)
        visit.pass_on(at, stay)
        if stay is None:
            self._add(visit, fact.queue_id, at)
        elif stay.fate is not Fate.ANSWERED:
            stay.decide(Fate.OPEN, 0.0)
        self._touch(visit)

    def _talk_started(self, at: datetime, fact: TalkStarted) -> None:
        visit = self.visits.get(fact.call_id)
        if visit is None and fact.queue_id is None:
            return  # nobody knows of any line
        visit = self.visits.setdefault(fact.call_id, Visit(fact.call_id))
        visit.ended = False
        stay = visit.stay_in(fact.queue_id)
        if stay is None:
            if fact.queue_id is None:
                return
            stay = self._add(visit, fact.queue_id, at - timedelta(seconds=fact.waited_s))
        visit.pass_on(at, stay)
        if stay.fate is not Fate.ANSWERED:
            # the floor's own figure knows of a wait in an outage, but it is of all lines together
            in_line_s = fact.waited_s if stay is visit.stays[0] else (at - stay.since).total_seconds()
            stay.decide(Fate.ANSWERED, in_line_s)
        visit.talk, stay.talking = stay, True
        self._touch(visit)

    def _resumed(self, fact: TalkResumed) -> None:
        visit = self.visits.get(fact.call_id)
        if visit is not None and visit.talk is not None:
            visit.talk.talking = True
            self._touch(visit)

    def _talked(self, fact: TalkInterrupted | TalkEnded) -> None:
        visit = self.visits.get(fact.call_id)
        if visit is None or visit.talk is None:
            return
        visit.talk.handle_s += fact.talked_s
        visit.talk.talking = False
        self._to_wrap_up[fact.agent_id] = visit, visit.talk
        self._touch(visit)

    def _ended(self, at: datetime, fact: CallEnded) -> None:
        visit = self.visits.get(fact.call_id)
        if visit is None:
            return
        visit.ended = True
        for stay in visit.stays:
            stay.talking = False
            if fact.reason is EndReason.FALLBACK and stay.fate is Fate.ABANDONED:
                stay.fate = Fate.PASSED_ON  # on how such a call ended the fallback has the last word
            if stay.fate is Fate.OPEN and fact.reason in _GAVE_UP:
                in_line_s = fact.waited_s if stay is visit.stays[0] else (at - stay.since).total_seconds()
                stay.decide(Fate.ABANDONED, in_line_s)
        visit.pass_on(at)
        self._touch(visit)

    def _promised(self, at: datetime, fact: CallbackAsked) -> None:
        visit = self.visits.get(fact.call_id)
        stay = None if visit is None else visit.stay_in(fact.queue_id)
        if visit is None or stay is None or stay.fate is not Fate.OPEN:
            return
        stay.decide(Fate.CALLBACK, (at - stay.since).total_seconds())
        self._touch(visit)

    def _callback_changed(self, fact: CallbackChanged) -> None:
        visit = self.visits.get(fact.call_id)
        if visit is None or fact.result not in TALKED_SINCE:
            return
        for stay in visit.stays:
            stay.kept = stay.kept or stay.fate is Fate.CALLBACK
        self._touch(visit)

    def _agent_changed(self, fact: AgentChanged) -> None:
        """A wrap-up belongs to the talk that it came after, and to none if the agent was a guest in it."""
        if fact.previous is AgentState.WRAP_UP and (wrapped := self._wrapping_up.pop(fact.agent_id, None)) is not None:
            visit, stay = wrapped
            stay.handle_s += fact.lasted_s
            self._touch(visit)
        if fact.previous is AgentState.TALKING:
            talked = self._to_wrap_up.pop(fact.agent_id, None)
            if talked is not None and fact.state is AgentState.WRAP_UP:
                self._wrapping_up[fact.agent_id] = talked

    def _add(self, visit: Visit, queue_id: int, since: datetime) -> Stay:
        stay = Stay(queue_id, since, self.day.slot(since))
        visit.stays.append(stay)
        return stay

    def _touch(self, visit: Visit) -> None:
        self._version += 1
        visit.version = self._version
        for stay in visit.stays:
            if stay.slot is not None:
                self.slots[stay.slot].touch(visit, stay.queue_id)
