"""Our own rule with what nobody can know, to see how much is lost by not knowing it."""

from dialer.domain.agents import Agents
from dialer.domain.handling_law import Handling
from dialer.domain.pace_words import PaceLimits
from dialer.domain.pacing import Pacing
from dialer.domain.surplus import Floats


class _ForetoldAgents(Agents):
    """Agents of whom it is known when each will be free."""

    def __init__(self) -> None:
        super().__init__()
        self.free_at_s: dict[str, float] = {}
        self._horizons_s: list[float] = []

    def look_ahead(self, horizons_s: list[float]) -> None:  # type: ignore[override]
        super().look_ahead(horizons_s)
        self._horizons_s = horizons_s

    def free(self, now_s: float) -> Floats:
        summed = super().free(now_s) * 0.0
        known = [self.free_at_s[agent_id] for what in Handling for agent_id in self._busy[what]]
        for k, horizon_s in enumerate(self._horizons_s):
            summed[k] = len(self._idle) + sum(at_s <= now_s + horizon_s for at_s in known)
        return summed


class Oracle(Pacing):
    """Knows the exact end of every talk and wrap-up."""

    def __init__(self, limits: PaceLimits) -> None:
        self._foretold = _ForetoldAgents()
        super().__init__(limits, self._foretold)

    def foretell(self, agent_id: str, free_at_s: float) -> None:
        """Be told by the world."""
        self._foretold.free_at_s[agent_id] = free_at_s
