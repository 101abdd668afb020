"""What is done about what is heard on a line, before its answer and after it: nobody is hung up on by a doubt.

Rule 1: before the answer only a recording that is known beyond doubt ends a call: nobody will come.
Rule 2: after it a person comes first. Nothing is ended by sound alone before `ACTS_FROM_S`, and only by the campaign's
own rule; until then, and by any other rule, the agent is told.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.verdict import Finding, Verdict

ACTS_FROM_S = 2.0
SURE_RATIO = 0.9
"""From here on what was heard counts more than that somebody was connected."""
GUESS_MOST_RATIO = 0.85
"""What trees say of a voice is a guess, whatever their own figure: they were taught by made voices."""
BEEP_RATIO = 0.95
"""A beep of whatever was taken for a machine already; alone it is heard in music and from other telephones, too."""

NOBODY_COMES = frozenset(
    {
        Verdict.UNALLOCATED,
        Verdict.NUMBER_CHANGED,
        Verdict.OUT_OF_SERVICE,
        Verdict.POWERED_OFF,
        Verdict.BARRED,
        Verdict.BUSY,
    }
)
"""Announcements after which no one answers; "nobody answers" is not one of them: laws say how long it has to ring."""
MAILBOXES = frozenset({Verdict.MACHINE, Verdict.VOICEMAIL})
MACHINES = MAILBOXES | {Verdict.FAX}
"""What no agent is for, and the abandonment limit is not about."""


class MachineRule(StrEnum):
    """What a campaign does about machines that answer; OFF: nobody listens after the answer."""

    OFF = "off"
    CONNECT = "connect"
    HANG_UP = "hang_up"
    MESSAGE = "message"


class LineStep(StrEnum):
    """What is to be done with the call."""

    DROP = "drop"
    TELL = "tell"
    HANG_UP = "hang_up"
    AWAIT_BEEP = "await_beep"
    LEAVE_MESSAGE = "leave_message"


@dataclass(frozen=True, slots=True)
class MachineTerms:
    """`prompt`: what is left as a message."""

    rule: MachineRule = MachineRule.CONNECT
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class HeardSign:
    """One thing that was heard; `since_answer_s` None: before it.

    `finding` None: it says nothing of who is there. `is_known`: a recording, or a sequence of tones, beyond doubt.
    """

    finding: Finding | None
    is_known: bool = False
    is_beep: bool = False
    since_answer_s: float | None = None


class LineWatch:
    """One dialing's; each step is given once."""

    def __init__(self, rule: MachineRule) -> None:
        self._rule = rule
        self._before: Finding | None = None
        self._machine: Finding | None = None
        self._beeped = self._beeped_after = False
        self._given: set[LineStep] = set()

    @property
    def listens_on(self) -> bool:
        """Whether it matters what is heard after the answer."""
        return self._rule is not MachineRule.OFF

    @property
    def in_time(self) -> LineStep:
        """What the rule does about the machine as soon as it may."""
        return LineStep.TELL if self._machine is None else self._step(self._machine.verdict, ACTS_FROM_S)

    def finding(self, *, answered: bool) -> Finding | None:
        """Return what was heard in all, of the time before the answer or after it."""
        found = self._machine
        if not answered or found is None or not self._beeped_after or found.confidence_ratio >= BEEP_RATIO:
            return found if answered else self._before
        return Finding(found.verdict, BEEP_RATIO, f"{found.evidence}, then a beep")

    def hear(self, sign: HeardSign) -> LineStep | None:
        """Take what was heard; return what is to be done about it."""
        if sign.since_answer_s is None:
            return self._hear_before(sign)
        if self._rule is MachineRule.OFF:
            return None
        if sign.is_beep:
            self._beeped, self._beeped_after = True, self._machine is not None
        elif sign.finding is not None:
            self._note(sign.finding, sign)
        return None if self._machine is None else self._once(self._step(self._machine.verdict, sign.since_answer_s))

    def _hear_before(self, sign: HeardSign) -> LineStep | None:
        self._before = sign.finding
        if sign.finding is None or not sign.is_known or sign.finding.verdict not in NOBODY_COMES:
            return None
        return self._once(LineStep.DROP)

    def _note(self, finding: Finding, sign: HeardSign) -> None:
        """A carrier's announcement after the answer is no person either (false answer supervision)."""
        if finding.verdict in MACHINES:
            known = finding.confidence_ratio if sign.is_known else min(finding.confidence_ratio, GUESS_MOST_RATIO)
            found = Finding(finding.verdict, known, finding.evidence)
        elif finding.verdict in NOBODY_COMES and sign.is_known:
            found = finding
        else:
            return
        if self._machine is None or found.confidence_ratio > self._machine.confidence_ratio:
            self._machine = found

    def _step(self, verdict: Verdict, since_answer_s: float) -> LineStep:
        if self._rule is MachineRule.CONNECT or since_answer_s < ACTS_FROM_S:
            return LineStep.TELL
        if self._rule is MachineRule.HANG_UP or verdict not in MAILBOXES:
            return LineStep.HANG_UP
        return LineStep.LEAVE_MESSAGE if self._beeped else LineStep.AWAIT_BEEP

    def _once(self, step: LineStep) -> LineStep | None:
        if step in self._given:
            return None
        self._given.add(step)
        return step
