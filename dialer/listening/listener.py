"""One call's listener: energy, tones, known recordings, then who answered. Frames of 20 ms in, verdicts out.

No clock and no input or output: time is the sound that was fed. One object for each call and one thread.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dialer.domain.who_answered import ACTS_FROM_S
from dialer.listening.answering import Answering, Guess
from dialer.listening.cadence import TonePlan
from dialer.listening.early import EarlySound
from dialer.listening.matching import SECOND, Index, Match, Matcher
from dialer.listening.sound import FRAME, FRAME_S, QUIET_RMS, Fingerprinter, Samples
from dialer.listening.tone import ToneDetector, ToneHeard
from dialer.listening.words import Evidence, Label, LineVerdict, Phase

# After the answer a recording may still be a carrier's (false answer supervision).
KNOWN_AFTER_ANSWER_S = 5.0
SILENCE_S = 3.0
# The longest greetings of mailboxes; who answers with a beep later than that has nobody of ours with them any more.
LISTENS_ON_S = 30.0
TONE_CONFIDENCE_RATIO = 0.97
# A recording is confirmed when a later second of the line is in the same place of it, pauses allowed for: before the
# answer the next one, after it a later one still. Two sentences of one synthetic voice that began with the same two
# words were as like for 1.4 s as one recording is on a noisy line.
CONFIRMED_FRAMES = {Phase.EARLY: SECOND, Phase.ANSWERED: 80}
CONFIRMED_LEAST, UNCONFIRMED_FRAMES = 0.3, 150
_STAGE_SCORE = 0.35


class LineListener:
    """`index` and `plans` are shared by all calls. `recognised`: the recordings that were heard for sure."""

    def __init__(
        self, phase: Phase, index: Index, plans: Sequence[TonePlan], answering: Answering | None = None
    ) -> None:
        self.phase = phase
        self._plans = plans
        self._index = index
        self._answering = answering
        self._frames = 0
        self._lost = 0
        self._answered_at = 0 if phase is Phase.ANSWERED else None
        self._loud = 0
        self._said: Label | None = None
        self._verdict: LineVerdict | None = None
        self._is_machine = self._is_told_again = False
        self._early = EarlySound()
        self._rang_ms = -1
        self.recognised: set[str] = set()
        if phase is Phase.ANSWERED:
            self._early.close()
        self._begin_layers()

    def _begin_layers(self) -> None:
        self._prints = Fingerprinter()
        self._matcher = Matcher(self._index)
        self._tones = ToneDetector(self._plans)
        self._candidate: Match | None = None
        self._known_at = 0
        self._is_confirmed = False

    def answered(self) -> None:
        """The line was answered: what was heard before says nothing about who it is."""
        self.phase = Phase.ANSWERED
        self._early.close()
        self._answered_at = self._frames
        self._loud = 0
        self._said = self._verdict = None
        self._is_machine = self._is_told_again = False
        self._begin_layers()

    @property
    def has_heard_enough(self) -> bool:
        """Nobody is there any more who would do something about it."""
        return self._since_answer_s() > LISTENS_ON_S

    def feed(self, frame: Samples, *, lost: bool = False) -> LineVerdict | None:
        """Take the next 20 ms (`lost`: none came in time); return a verdict that is new, or None."""
        self._frames += 1
        self._lost += lost
        sound = frame.astype(np.float32)
        level = float(np.sqrt(np.dot(sound, sound) / FRAME))
        self._loud += level > QUIET_RMS
        if self._verdict is not None and self._verdict.is_final:
            return self._later(sound, level)
        found = self._tone(sound) or self._known(sound, level) or self._who(sound, level) or self._nobody()
        self._keep(frame, level, found)
        if found is None or (found.label is self._said and not found.is_final):
            return None
        self._said, self._verdict = found.label, found
        self._is_told_again |= self._since_answer_s() >= ACTS_FROM_S
        return found

    def unknown_sound(self) -> Samples | None:
        """Return what was heard before the answer and not recognised; None: nothing that could be known again."""
        return self._early.take()

    def finish(self) -> LineVerdict:
        """The line is gone: return the last verdict, or that it is unknown."""
        if self._verdict is not None:
            return self._verdict
        is_silent = self._loud == 0
        return self._say(Label.SILENCE if is_silent else Label.UNKNOWN, 0.5, (), is_final=False)

    # --- layers ---

    def _keep(self, frame: Samples, level: float, found: LineVerdict | None) -> None:
        if found is not None and found.is_final:
            self._early.give_up()
        elif found is not None and found.label is Label.RINGBACK and found.evidence[0].from_ms != self._rang_ms:
            # it is told on while nothing but its pause has followed: words, too
            self._rang_ms = found.evidence[0].from_ms
            self._early.begin_again()
        else:
            self._early.feed(frame, is_loud=level > QUIET_RMS)

    def _tone(self, sound: np.ndarray) -> LineVerdict | None:
        heard: ToneHeard | None = self._tones.feed(sound)
        if heard is None:
            return None
        begin, end = int(heard.from_frame * FRAME_S * 1000), self._at_ms()
        evidence = Evidence("tone", heard.ref, 1.0, from_ms=begin, until_ms=end)
        label = Label(heard.label)
        # It rings until somebody answers or a recording comes.
        return self._say(label, TONE_CONFIDENCE_RATIO, (evidence,), is_final=label is not Label.RINGBACK)

    def _known(self, sound: np.ndarray, level: float) -> LineVerdict | None:
        if self._candidate is not None:
            return self._goes_on(self._candidate, sound, level)
        if self._since_answer_s() > KNOWN_AFTER_ANSWER_S:
            return None
        match = self._matcher.feed(self._prints.feed(sound), level)
        if match is None:
            return None
        if match.is_sure:
            self._candidate, self._known_at = match, self._frames
            # a person may begin with the very word of a greeting: after the answer that is not enough
            return self._recording(match) if self.phase is Phase.EARLY else None
        if self._said is Label.ANNOUNCEMENT or match.score < _STAGE_SCORE:
            return None
        return self._say(Label.ANNOUNCEMENT, _confidence(match), (self._heard(match),), is_final=False)

    def _recording(self, match: Match) -> LineVerdict:
        self.recognised.add(match.ref)
        return self._say(Label(match.label), _confidence(match), (self._heard(match),), is_final=True)

    def _goes_on(self, match: Match, sound: np.ndarray, level: float) -> LineVerdict | None:
        self._matcher.feed(self._prints.feed(sound), level)
        since = self._frames - self._known_at
        if since >= CONFIRMED_FRAMES[self.phase] and self._matcher.goes_on(match) >= CONFIRMED_LEAST:
            self._candidate, self._is_confirmed = None, True
            return replace(self._recording(match), is_confirmed=True)
        if since > UNCONFIRMED_FRAMES:
            self._candidate = None
        return None

    def _who(self, sound: np.ndarray, level: float) -> LineVerdict | None:
        if self._answering is None or self.phase is Phase.EARLY:
            return None
        guess: Guess | None = self._answering.feed(sound, level)
        # what was taken for a machine stays one; only its beep is news
        if guess is None or (self._is_machine and guess.label is not Label.BEEP):
            return None
        self._is_machine |= guess.label is Label.MACHINE
        evidence = Evidence("model", guess.ref, guess.score, from_ms=0, until_ms=self._at_ms())
        return self._say(guess.label, guess.confidence_ratio, (evidence,), is_final=False)

    def _nobody(self) -> LineVerdict | None:
        if self.phase is Phase.EARLY or self._loud or self._since_answer_s() < SILENCE_S:
            return None
        evidence = Evidence("timing", "nothing heard", 1.0, until_ms=self._at_ms())
        return self._say(Label.SILENCE, 0.9, (evidence,), is_final=False)

    def _later(self, sound: np.ndarray, level: float) -> LineVerdict | None:
        """A recording that answered may beep: leave a message, or hang up, by rule.

        Before the answer it may be confirmed. What was known soon after it is told once more at the moment from which
        on something may be done about it.
        """
        if self.phase is Phase.EARLY:
            return self._later_before_the_answer(sound, level)
        if self._verdict is not None and not self._is_told_again and self._since_answer_s() >= ACTS_FROM_S:
            self._is_told_again = True
            return replace(self._verdict, at_ms=self._at_ms(), answered_ms=self._answered_ms())
        if self._answering is None:
            return None
        self._tones.feed(sound)
        guess = self._answering.feed(sound, level)
        if guess is None or guess.label is not Label.BEEP:
            return None
        evidence = Evidence("tone", "beep", guess.score, until_ms=self._at_ms())
        return self._say(Label.BEEP, guess.confidence_ratio, (evidence,), is_final=False)

    def _later_before_the_answer(self, sound: np.ndarray, level: float) -> LineVerdict | None:
        """After a gap in the sound the line is in another place of the recording: that is looked for anew."""
        if self._candidate is not None:
            return self._goes_on(self._candidate, sound, level)
        if self._known_at and not self._is_confirmed:
            match = self._matcher.feed(self._prints.feed(sound), level)
            if match is not None and match.is_sure:
                self._candidate, self._known_at = match, self._frames
        return None

    # --- words ---

    def _since_answer_s(self) -> float:
        return 0.0 if self._answered_at is None else (self._frames - self._answered_at) * FRAME_S

    def _answered_ms(self) -> int | None:
        return None if self._answered_at is None else round(self._since_answer_s() * 1000)

    def _at_ms(self) -> int:
        return int(self._frames * FRAME_S * 1000)

    def _heard(self, match: Match) -> Evidence:
        at_ms = self._at_ms()
        return Evidence(
            "fingerprint", match.ref, match.score, match.margin, max(0, at_ms - int(match.window_s * 1000)), at_ms
        )

    def _say(
        self, label: Label, confidence_ratio: float, evidence: tuple[Evidence, ...], *, is_final: bool
    ) -> LineVerdict:
        heard_ms = int((self._frames - self._lost) * FRAME_S * 1000)
        at_ms, answered_ms = self._at_ms(), self._answered_ms()
        return LineVerdict(label, confidence_ratio, is_final, at_ms, heard_ms, evidence, answered_ms)


def _confidence(match: Match) -> float:
    """Of the bench: a sure match was wrong once in some hundreds, whatever its score; an unsure one tells little."""
    return 0.95 if match.is_sure else 0.6
