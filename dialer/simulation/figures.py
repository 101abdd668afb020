"""What a simulated day, and many of them, came to."""

from dataclasses import dataclass, field

HOUR_S = 3600.0


@dataclass(slots=True)
class Day:
    """Counts of one day; times in seconds."""

    signed_in_s: float = 0.0
    talk_s: float = 0.0
    wrap_up_s: float = 0.0
    dialed: int = 0
    humans: int = 0
    abandoned: int = 0
    lost_to_detector: int = 0
    """People whom the detector took for machines: hung up on, and no fault of the pacing's."""
    connected: int = 0
    lines_peak: int = 0
    """Lines in use at once: ringing, waiting for an agent, or talking."""
    ringing_peak: int = 0
    settled_signed_in_s: float = 0.0
    settled_busy_s: float = 0.0
    """Both from ten to twenty minutes after steps of the workload."""
    answered_at_s: list[float] = field(default_factory=list)
    abandoned_at_s: list[float] = field(default_factory=list)

    @property
    def occupancy_ratio(self) -> float:
        """Talk and wrap-up of the time signed in."""
        return (self.talk_s + self.wrap_up_s) / self.signed_in_s if self.signed_in_s else 0.0

    @property
    def abandonment_ratio(self) -> float:
        """People not connected in time, of those who answered."""
        return self.abandoned / self.humans if self.humans else 0.0

    def worst_hour_ratio(self) -> float:
        """Return the highest abandonment of any whole 60 minutes that end with an abandoned call."""
        worst, first, lost = 0.0, 0, 0
        for count, at_s in enumerate(self.abandoned_at_s, start=1):
            if at_s < self.answered_at_s[0] + HOUR_S:
                continue
            while self.abandoned_at_s[lost] < at_s - HOUR_S:
                lost += 1
            while self.answered_at_s[first] < at_s - HOUR_S:
                first += 1
            answered = sum(1 for other in self.answered_at_s[first:] if other <= at_s)
            worst = max(worst, (count - lost) / answered)
        return worst


@dataclass(frozen=True, slots=True)
class Score:
    """Many days of one cell."""

    days: int
    occupancy_ratio: float
    talk_ratio: float
    abandonment_ratio: float
    days_over_limit: int
    worst_hour_ratio: float
    dialed_per_connected: float
    idle_s_per_connected: float
    humans_per_day: float
    lost_to_detector_ratio: float
    settled_occupancy_ratio: float | None = None
    """From ten to twenty minutes after steps of the workload; None: it has none."""


def score(days: list[Day], limit_ratio: float) -> Score:
    """Sum up; all ratios are of pooled counts."""
    signed_in_s = sum(day.signed_in_s for day in days)
    busy_s = sum(day.talk_s + day.wrap_up_s for day in days)
    humans = sum(day.humans for day in days)
    connected = max(1, sum(day.connected for day in days))
    settled_s = sum(day.settled_signed_in_s for day in days)
    return Score(
        days=len(days),
        occupancy_ratio=busy_s / signed_in_s,
        talk_ratio=sum(day.talk_s for day in days) / signed_in_s,
        abandonment_ratio=sum(day.abandoned for day in days) / max(1, humans),
        days_over_limit=sum(day.abandonment_ratio > limit_ratio for day in days),
        worst_hour_ratio=max(day.worst_hour_ratio() for day in days),
        dialed_per_connected=sum(day.dialed for day in days) / connected,
        idle_s_per_connected=(signed_in_s - busy_s) / connected,
        humans_per_day=humans / len(days),
        lost_to_detector_ratio=sum(day.lost_to_detector for day in days) / max(1, humans),
        settled_occupancy_ratio=sum(day.settled_busy_s for day in days) / settled_s if settled_s else None,
    )
