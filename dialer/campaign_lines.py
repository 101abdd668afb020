"""The lines of one campaign: how far each dialing is, and what the pacing is told of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crm_core.attempts import OpenAttempt
from cti.domain.attempt_words import AttemptChanged, AttemptPhase, LineHopeless, MachineAnswered, MachineStep
from dialer.domain.pace_words import (
    Abandoned,
    AgentTalks,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    HungUp,
    NotAPerson,
    Rang,
    RouteFailed,
    Withdrawn,
)
from dialer.domain.pacing import Pacing
from dialer.domain.verdict import ROUTE_VERDICTS, Signalling, is_unheard, read
from dialer.domain.who_answered import ACTS_FROM_S
from dialer.ears import Ears
from dialer.plan import CampaignPlan
from dialer.ports import Floor

_COUNTED_AFTER_S = 0.5
"""Who is connected at the last moment may be told a moment later."""
_RANG_OUT = 19
"""Q.850; without a SIP code it is the floor that rang no longer."""


@dataclass(slots=True)
class _Line:
    """A dialing that is not over; seconds on the pacing's clock."""

    rang_s: float | None = None
    answered_s: float | None = None
    connected: bool = False
    is_late: bool = False
    """Nobody was there in time, and that is counted."""
    by_hand: bool = False
    is_withdrawn: bool = False
    is_machine: bool = False
    """It is dealt with as one: nobody waits there."""
    is_machine_later: bool = False
    """It will be, if no agent is there in time."""


class CampaignLines:
    """`outcomes` counts those that ended since it began to follow them; `plan` is the campaign's of now.

    `given_up` of them were hung up for what their line said before an answer.
    """

    def __init__(
        self, plan: CampaignPlan, pacing: Pacing, floor: Floor, now: Callable[[], datetime], ears: Ears | None
    ) -> None:
        self.plan = plan
        self.outcomes = self.given_up = 0
        self._pacing = pacing
        self._floor = floor
        self._now = now
        self._ears = ears
        self._lines: dict[str, _Line] = {}

    def __len__(self) -> int:
        """How many are in use: ringing, waiting and talking."""
        return len(self._lines)

    def __contains__(self, attempt_id: str) -> bool:
        return attempt_id in self._lines

    @property
    def connected(self) -> int:
        """How many talk now."""
        return sum(line.connected for line in self._lines.values())

    @property
    def dialed_by_hand(self) -> int:
        """How many agents wait for an answer to what they dialed."""
        return sum(line.by_hand and not line.connected for line in self._lines.values())

    def open(self, attempt_id: str) -> None:
        """It is about to be dialed."""
        self._lines[attempt_id] = _Line()

    def close(self, attempt_id: str) -> None:
        """It was not dialed after all."""
        del self._lines[attempt_id]

    def follow_by_hand(self, attempt_id: str) -> Callable[[], object]:
        """An agent dials this one themselves: shown, and no business of the pacing's; what comes back forgets it."""
        self._lines[attempt_id] = _Line(by_hand=True)
        return lambda: self._lines.pop(attempt_id, None)

    def go_on_with(self, attempt: OpenAttempt) -> None:
        """Follow one of before a restart, unless more was heard of it meanwhile than was read."""
        attempt_id = attempt.attempt_id
        if attempt_id in self._lines:
            return
        line = self._lines[attempt_id] = _Line(None if attempt.rang_at is None else attempt.rang_at.timestamp())
        self._pacing.handle(AttemptStarted(attempt_id), attempt.planned_at.timestamp())
        if line.rang_s is not None:
            self._pacing.handle(Rang(attempt_id), line.rang_s)
        if attempt.answered_at is not None:
            line.answered_s, line.connected = attempt.answered_at.timestamp(), attempt.connected_at is not None
            self._pacing.lose(attempt_id)
        self._compare(attempt_id)

    def compare_with_floor(self) -> None:
        """Something that the floor said was lost: take its dialings as they are there. Nothing is learned from it."""
        for attempt_id in list(self._lines):
            self._compare(attempt_id)

    def _compare(self, attempt_id: str) -> None:
        line, phase = self._lines[attempt_id], self._floor.phase(attempt_id)
        if line.by_hand:
            line.connected = phase is AttemptPhase.CONNECTED
        if phase is AttemptPhase.ENDED:
            del self._lines[attempt_id]
            self._pacing.lose(attempt_id)
        elif line.by_hand:
            return
        elif phase is AttemptPhase.CONNECTED:
            line.answered_s, line.connected = line.answered_s or self._now().timestamp(), True
            self._pacing.lose(attempt_id)
        elif phase is AttemptPhase.ANSWERED and line.answered_s is None:
            line.answered_s = self._now().timestamp()
            self._pacing.handle(HumanAnswered(attempt_id), line.answered_s)

    def hear(self, change: AttemptChanged, at: datetime) -> None:
        """One of them is a phase further."""
        line = self._lines.setdefault(change.call_id, _Line())
        if line.by_hand:
            self._hear_by_hand(line, change)
        elif self.plan.is_agentless and change.phase in (AttemptPhase.ANSWERED, AttemptPhase.CONNECTED):
            self._hear_of_flow(line, change, at.timestamp())
        else:
            self._hear_of_line(line, change, at.timestamp())

    def _hear_of_line(self, line: _Line, change: AttemptChanged, now_s: float) -> None:
        attempt_id = change.call_id
        match change.phase:
            case AttemptPhase.RINGING:
                line.rang_s = line.rang_s or now_s
                self._pacing.handle(Rang(attempt_id), now_s)
            case AttemptPhase.ANSWERED if line.answered_s is None:
                line.answered_s = now_s
                if self._ears is not None:
                    self._ears.answered(attempt_id)
                self._pacing.handle(HumanAnswered(attempt_id), now_s)
            case AttemptPhase.CONNECTED if line.is_late:
                line.connected = True
                self._pacing.handle(AgentTalks(str(change.agent_id)), now_s)
            case AttemptPhase.CONNECTED if not line.connected:
                line.connected = True
                is_late = self._waited_too_long(line, now_s)
                self._pacing.handle(Connected(attempt_id, str(change.agent_id), late=is_late), now_s)
            case AttemptPhase.ENDED:
                self.outcomes += 1
                del self._lines[attempt_id]
                self._hear_end(line, change, now_s)

    def _hear_of_flow(self, line: _Line, change: AttemptChanged, now_s: float) -> None:
        """Nobody waits for an agent, unless they asked for one: the pacing has only lines that ring."""
        line.answered_s = line.answered_s or now_s
        line.connected = line.connected or change.phase is AttemptPhase.CONNECTED
        if self._ears is not None:
            self._ears.answered(change.call_id)
        self._pacing.reached(change.call_id, now_s)

    def _hear_by_hand(self, line: _Line, change: AttemptChanged) -> None:
        line.connected = line.connected or change.phase is AttemptPhase.CONNECTED
        if change.phase is AttemptPhase.ENDED:
            del self._lines[change.call_id]

    def _hear_end(self, line: _Line, change: AttemptChanged, now_s: float) -> None:
        attempt_id = change.call_id
        if line.connected or line.is_late or line.is_machine:
            return
        if self.plan.is_agentless and line.answered_s is not None:
            return
        if line.answered_s is not None:
            is_late = self._waited_too_long(line, now_s) and not line.is_machine_later
            self._pacing.handle(Abandoned(attempt_id) if is_late else HungUp(attempt_id), now_s)
            return
        if line.is_withdrawn:
            self._pacing.handle(Withdrawn(attempt_id), now_s)
            return
        told = Signalling(change.sip_status or None, change.cause or None, rang=line.rang_s is not None)
        if read(told).verdict in ROUTE_VERDICTS:
            self._pacing.handle(RouteFailed(attempt_id, unheard=is_unheard(told)), now_s)
        else:
            by_us = told.sip_code is None and told.q850_cause == _RANG_OUT
            self._pacing.handle(AttemptEnded(attempt_id, by_us=by_us), now_s)

    def tell(self, heard: LineHopeless | MachineAnswered) -> None:
        """Something was heard on one. What the campaign does not treat as a person counts as none."""
        line = self._lines.get(heard.call_id)
        self.given_up += line is not None and isinstance(heard, LineHopeless)
        is_machine = isinstance(heard, MachineAnswered) and heard.then is not MachineStep.TELL
        if line is not None and is_machine and not line.is_machine:
            line.is_machine = True
            was = NotAPerson(heard.call_id) if line.connected else HungUp(heard.call_id)
            self._pacing.handle(was, self._now().timestamp())
        if isinstance(heard, MachineAnswered) and heard.at_deadline is not MachineStep.TELL:
            if self.plan.connect_within_s < ACTS_FROM_S:
                # too early to end anything by sound alone, and people have to be told something by then
                heard = replace(heard, at_deadline=MachineStep.TELL)
            elif line is not None:
                line.is_machine_later = True
        self._floor.order(heard)

    def withdraw(self, rings_at_least_s: float) -> int:
        """Hang up what nobody has answered, as soon as it has rung as long as the law asks; say how many that were."""
        return sum(self._withdraw(attempt_id, line, rings_at_least_s) for attempt_id, line in [*self._lines.items()])

    def _withdraw(self, attempt_id: str, line: _Line, rings_at_least_s: float) -> bool:
        phase, now_s = self._floor.phase(attempt_id), self._now().timestamp()
        if line.by_hand or line.is_withdrawn or phase not in (AttemptPhase.SENT, AttemptPhase.RINGING):
            return False
        if phase is AttemptPhase.RINGING:
            line.rang_s = line.rang_s or now_s  # it may ring, and that is not told yet
            if now_s - line.rang_s < rings_at_least_s:
                return False
        line.is_withdrawn = True
        self._floor.withdraw(attempt_id)
        return True

    def count_who_is_late(self) -> None:
        """Who was not connected in time is abandoned from then on, and not when the message that they hear is over."""
        now_s = self._now().timestamp()
        for attempt_id, line in self._lines.items():
            waits = not (line.connected or line.is_late or line.is_machine)
            if waits and self._waited_too_long(line, now_s - _COUNTED_AFTER_S):
                line.is_machine, line.is_late = line.is_machine_later, not line.is_machine_later
                self._pacing.handle(Abandoned(attempt_id) if line.is_late else HungUp(attempt_id), now_s)

    def _waited_too_long(self, line: _Line, now_s: float) -> bool:
        return line.answered_s is not None and now_s - line.answered_s >= self.plan.connect_within_s
