"""Which calls each agent talked in today, and how long."""

from dataclasses import dataclass, field

from cti.domain.facts import Fact, TalkEnded, TalkInterrupted, TalkStarted


@dataclass(slots=True)
class Desks:
    """Seconds of talk by agent and call; a call that goes on has those that are over. A hold is part of the talk."""

    talked_s: dict[int, dict[str, float]] = field(default_factory=dict)

    def take(self, fact: Fact) -> None:
        """Take one fact; those that say nothing of an agent's talk change nothing."""
        if isinstance(fact, TalkStarted):
            self.talked_s.setdefault(fact.agent_id, {}).setdefault(fact.call_id, 0.0)
        elif isinstance(fact, TalkEnded | TalkInterrupted):
            own = self.talked_s.setdefault(fact.agent_id, {})
            own[fact.call_id] = own.get(fact.call_id, 0.0) + fact.talked_s

    def calls_of(self, agent_id: int) -> int:
        """How many calls, each once however often they talked in it."""
        return len(self.talked_s.get(agent_id, {}))

    def talk_of(self, agent_id: int) -> float:
        """Seconds of talk that is over."""
        return sum(self.talked_s.get(agent_id, {}).values())
