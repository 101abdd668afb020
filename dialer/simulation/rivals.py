"""Other rules, restated from their sources in our own words, to be measured in the same world.

They are models of rules, not runs of those products.
"""

from dataclasses import dataclass

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
    Pace,
    PaceEvent,
    PaceReason,
    RouteFailed,
    Window,
)

_DIAL_TIMEOUT_S = 90.0


class Tally:
    """What all rules count; `calls_to_place` is the rule."""

    def __init__(self) -> None:
        self.idle: set[str] = set()
        self.talking: dict[str, float] = {}
        self.wrapping: set[str] = set()
        self.ringing: dict[str, float] = {}
        self.waiting: dict[str, float] = {}
        self.window = Window(0.0, 0.0)
        self._asked_s = 0.0

    def open_window(self, window: Window) -> None:
        """Count the day anew."""
        self.window = window

    def handle(self, event: PaceEvent, now_s: float) -> None:
        """Keep the counts."""
        self._hear_of_agents(event, now_s)
        match event:
            case AttemptStarted(attempt_id):
                self.ringing[attempt_id] = now_s
            case HumanAnswered(attempt_id):
                self.answered(now_s - self.ringing.pop(attempt_id, now_s))
                self.waiting[attempt_id] = now_s
            case AttemptEnded(attempt_id) | RouteFailed(attempt_id):
                if self.ringing.pop(attempt_id, None) is not None:
                    self.failed()
            case Connected(attempt_id, agent_id):
                self.waiting.pop(attempt_id, None)
                self.idle.discard(agent_id)
                self.talking[agent_id] = now_s
                self.window.humans += 1
            case Abandoned(attempt_id):
                self.waiting.pop(attempt_id, None)
                self.window.humans += 1
                self.window.abandoned += 1
            case NotAPerson():
                self.window.humans = max(self.window.abandoned, self.window.humans - 1)

    def _hear_of_agents(self, event: PaceEvent, now_s: float) -> None:
        match event:
            case AgentReady(agent_id):
                self._leave(agent_id, now_s)
                self.idle.add(agent_id)
            case AgentWrapUp(agent_id):
                self._leave(agent_id, now_s)
                self.wrapping.add(agent_id)
            case AgentLeft(agent_id):
                self._leave(agent_id, now_s)

    def _leave(self, agent_id: str, now_s: float) -> None:
        if agent_id in self.talking:
            self.talked(now_s - self.talking.pop(agent_id))
        self.idle.discard(agent_id)
        self.wrapping.discard(agent_id)

    def answered(self, rang_s: float) -> None:
        """Hear that a person answered after so long."""

    def failed(self) -> None:
        """Hear that nobody answered."""

    def talked(self, talk_s: float) -> None:
        """Hear that a talk lasted so long."""

    def forget_lost(self, now_s: float) -> None:
        """Drop lines whose end was never told, as every dialer does after its dial timeout."""
        self._asked_s = now_s
        for lines in (self.ringing, self.waiting):
            while lines and now_s - (oldest := next(iter(lines.items())))[1] > _DIAL_TIMEOUT_S:
                del lines[oldest[0]]

    @property
    def present(self) -> int:
        """Agents who are there, busy or not."""
        return len(self.idle) + len(self.talking) + len(self.wrapping)

    def next_deadline_s(self) -> float:
        """Not before a line can be lost."""
        return self._asked_s + _DIAL_TIMEOUT_S

    @staticmethod
    def place(calls: float) -> Pace:
        """Answer, rounded; less than none is none."""
        return Pace(max(0, int(calls + 0.5)), PaceReason.AHEAD)


class Ratio(Tally):
    """So many lines for each idle agent; 1 is progressive dialing."""

    def __init__(self, lines_per_idle: float) -> None:
        super().__init__()
        self.lines_per_idle = lines_per_idle

    def calls_to_place(self, now_s: float) -> Pace:
        """Fill up."""
        self.forget_lost(now_s)
        return self.place(int(self.lines_per_idle * len(self.idle) + 0.5) - len(self.ringing) - len(self.waiting))


@dataclass(frozen=True, slots=True)
class VicidialSettings:
    """As its campaign page has them; the defaults are its own."""

    level_max: float = 3.0
    available_only: bool = False
    drop_limit_ratio: float = 0.03


_SAMPLE_S, _LEVEL_S, _PLACE_S = 1.0, 15.0, 2.5
_DROPS_COUNT_AFTER = 50


class Vicidial(Tally):
    """Adaptive hard limit: bin/AST_VDadapt.pl `calculate_dial_level` and bin/AST_VDauto_dial.pl of 2024 (svn 3884).

    One level for all: each 15 s it grows by the share of agents who are idle beyond calls that wait, and falls to 1
    when the day's drops are over the limit.
    """

    def __init__(self, settings: VicidialSettings) -> None:
        super().__init__()
        self.settings = settings
        self.level = 1.0
        self._spare: list[int] = []
        self._due = {_SAMPLE_S: 0.0, _LEVEL_S: 0.0, _PLACE_S: 0.0}

    def _is_due(self, every_s: float, now_s: float) -> bool:
        if now_s < self._due[every_s]:
            return False
        self._due[every_s] = now_s + every_s
        return True

    def next_deadline_s(self) -> float:
        """Its two processes run by the clock."""
        return min(self._due.values())

    def calls_to_place(self, now_s: float) -> Pace:
        """Sample, adapt and place, each when its process would."""
        self.forget_lost(now_s)
        if self._is_due(_SAMPLE_S, now_s):
            self._spare.append(len(self.idle) - len(self.waiting))
        if self._is_due(_LEVEL_S, now_s) and self.present:
            self._adapt()
        if not self._is_due(_PLACE_S, now_s):
            return self.place(0)
        calls = len(self.ringing) + len(self.waiting)
        if self.settings.available_only:
            return self.place(round(self.level * len(self.idle)) - calls)
        agents = len(self.idle) + len(self.talking)
        return self.place(round(self.level * agents) - calls - len(self.talking))

    def _adapt(self) -> None:
        share = sum(self._spare) / max(1, len(self._spare)) / self.present
        self._spare.clear()
        self.level = min(max(self.level * (1 + share), 1.0), self.settings.level_max)
        dropped = self.window.abandonment_ratio > self.settings.drop_limit_ratio
        if dropped and self.window.humans > _DROPS_COUNT_AFTER:
            self.level = 1.0


_ISSABEL_EVERY_S = 3.0
_ISSABEL_ANSWERS_LEAST_RATIO = 0.2
_ISSABEL_CERTAINTY = 0.97
_ISSABEL_MEMORY = 0.995


class Issabel(Tally):
    """Predictor.class.php of callcenter 861d284: who talks is free soon by an exponential law of the whole talk."""

    def __init__(self) -> None:
        super().__init__()
        self._answered_ratio = 1.0
        self._ring_s = 10.0
        self._talk_s = 60.0
        self._next_s = 0.0

    def answered(self, rang_s: float) -> None:
        """Learn."""
        self._answered_ratio = self._answered_ratio * _ISSABEL_MEMORY + (1 - _ISSABEL_MEMORY)
        self._ring_s += (rang_s - self._ring_s) * (1 - _ISSABEL_MEMORY)

    def failed(self) -> None:
        """Learn."""
        self._answered_ratio *= _ISSABEL_MEMORY

    def talked(self, talk_s: float) -> None:
        """Learn."""
        self._talk_s += (talk_s - self._talk_s) * (1 - _ISSABEL_MEMORY)

    def next_deadline_s(self) -> float:
        """Every three seconds."""
        return self._next_s

    def calls_to_place(self, now_s: float) -> Pace:
        """Divide who is missing by who answers."""
        if now_s < self._next_s:
            return self.place(0)
        self.forget_lost(now_s)
        self._next_s = now_s + _ISSABEL_EVERY_S
        # 1 - exp(-x) >= 0.97  <=>  x >= 3.5
        enough = self._talk_s * 3.5066
        soon = sum(now_s - since_s + self._ring_s >= enough for since_s in self.talking.values())
        missing = len(self.idle) + soon - len(self.waiting) - len(self.ringing)
        return self.place(int(missing / max(self._answered_ratio, _ISSABEL_ANSWERS_LEAST_RATIO)))
