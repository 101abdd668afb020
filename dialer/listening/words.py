"""What the listener says: a label, how sure it is of it, and what it was heard from."""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.verdict import DEAD_VERDICTS, Finding, Verdict
from dialer.domain.who_answered import HeardSign


class Phase(StrEnum):
    """Before the answer (early media), or after it."""

    EARLY = "early"
    ANSWERED = "answered"


class Label(StrEnum):
    """What can be heard. `announcement` is a stage: a recording of the library is playing, several could be it."""

    EMPTY = "empty"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    OFF = "off"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    NO_ANSWER = "noanswer"
    BARRED = "barred"
    SCREENING = "screening"
    VOICEMAIL = "voicemail"
    MUSIC = "music"
    RINGBACK = "ringback"
    TONE_BUSY = "tone_busy"
    CONGESTION = "congestion"
    SIT_INTERCEPT = "sit_ic"
    SIT_VACANT = "sit_vc"
    SIT_REORDER = "sit_ro"
    SIT_NO_CIRCUIT = "sit_nc"
    FAX = "fax"
    ANNOUNCEMENT = "announcement"
    SILENCE = "silence"
    HUMAN = "human"
    MACHINE = "machine"
    BEEP = "beep"
    UNKNOWN = "unknown"


RECORDED = frozenset(
    {
        Label.EMPTY,
        Label.CHANGED,
        Label.SUSPENDED,
        Label.OFF,
        Label.UNREACHABLE,
        Label.BUSY,
        Label.NO_ANSWER,
        Label.BARRED,
        Label.SCREENING,
        Label.VOICEMAIL,
        Label.MUSIC,
    }
)
"""What an operator may call a recording."""
SET_ASIDE = frozenset({"person", "other"})
"""Or that it is none: a person who says the same in each call, or no announcement at all. Nobody listens for those."""

_VERDICTS: dict[Label, Verdict] = {
    Label.EMPTY: Verdict.UNALLOCATED,
    Label.CHANGED: Verdict.NUMBER_CHANGED,
    Label.SUSPENDED: Verdict.OUT_OF_SERVICE,
    Label.OFF: Verdict.POWERED_OFF,
    Label.UNREACHABLE: Verdict.OUT_OF_SERVICE,
    Label.BUSY: Verdict.BUSY,
    Label.NO_ANSWER: Verdict.NO_ANSWER,
    Label.BARRED: Verdict.BARRED,
    Label.SCREENING: Verdict.SCREENING,
    Label.VOICEMAIL: Verdict.VOICEMAIL,
    Label.TONE_BUSY: Verdict.BUSY,
    Label.CONGESTION: Verdict.CONGESTION,
    Label.SIT_INTERCEPT: Verdict.UNALLOCATED,
    Label.SIT_VACANT: Verdict.UNALLOCATED,
    Label.SIT_REORDER: Verdict.CONGESTION,
    Label.SIT_NO_CIRCUIT: Verdict.CONGESTION,
    Label.FAX: Verdict.FAX,
    Label.SILENCE: Verdict.SILENCE,
    Label.HUMAN: Verdict.HUMAN,
    Label.MACHINE: Verdict.MACHINE,
}
_SEQUENCES = frozenset({Label.SIT_INTERCEPT, Label.SIT_VACANT, Label.FAX})
"""Tones that nothing else sounds like; busy and its kin are heard in music, too."""
# One hearing alone never makes a number dead: below what a certain sign has, whatever was heard.
DEAD_CONFIDENCE_MOST_RATIO = 0.9


@dataclass(frozen=True, slots=True)
class Evidence:
    """`kind` is fingerprint, tone, timing or model; `ref` names the recording, tone or rule; times from the start."""

    kind: str
    ref: str
    score: float
    margin: float = 0.0
    from_ms: int = 0
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """`is_final`: what is heard later says no more about who or what this is; `heard_ms`: of sound, not of time.

    `answered_ms`: since the answer; None: nobody has answered yet. `is_confirmed`: of a known recording more was heard
    than what made it known, a word of the same voice perhaps.
    """

    label: Label
    confidence_ratio: float
    is_final: bool
    at_ms: int
    heard_ms: int
    evidence: tuple[Evidence, ...] = ()
    answered_ms: int | None = None
    is_confirmed: bool = False

    def sign(self) -> HeardSign:
        """Return it for the decision what is done about it."""
        is_known = self.is_confirmed or (self.is_final and self.label in _SEQUENCES)
        since_s = None if self.answered_ms is None else self.answered_ms / 1000
        return HeardSign(self.finding(), is_known, is_beep=self.label is Label.BEEP, since_answer_s=since_s)

    def finding(self) -> Finding | None:
        """Return what it means for the attempt, for the retry engine to weigh; None: it says nothing of the number."""
        verdict = _VERDICTS.get(self.label)
        if verdict is None:
            return None
        most = DEAD_CONFIDENCE_MOST_RATIO if verdict in DEAD_VERDICTS else 1.0
        heard = ", ".join(f"{each.kind} {each.ref} {each.score:.2f}" for each in self.evidence)
        return Finding(verdict, min(most, self.confidence_ratio), f"heard: {heard}")
