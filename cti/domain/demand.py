"""What a waiting call asks of whoever takes it: skills, the customer's own agent, or a reserve; and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.domain.agent import Agent
from cti.domain.call import Call
from cti.domain.callback import Callback
from cti.domain.values import LANGUAGE, Climb, QueueSettings, Rung, SkillRule


@dataclass(frozen=True, slots=True)
class Demand:
    """`skills` by name and least level; `only_agent_id` while the call waits for that one agent.

    `also` are other lines whose agents are asked, too, `without` agents for whom somebody else is being called.
    """

    skills: tuple[tuple[str, int], ...] = ()
    with_reserve: bool = True
    only_agent_id: int | None = None
    also: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()

    def told(self) -> str:
        """For the diary; "" when anybody of the line would do."""
        said = [f"needs {skill} {level}" for skill, level in self.skills]
        if self.only_agent_id is not None:
            said.append("waits for the customer's own agent")
        return ", ".join(said)


ANYBODY = Demand()


def demand_of(call: Call | Callback, queue: QueueSettings, preferred: Agent | None, now: datetime) -> Demand:
    """What holds now; `preferred` is the customer's own agent, None if there is none."""
    routing, waited = queue.routing, now - call.waiting_since
    waits_for = preferred if _may_wait_for(preferred, call, queue, waited) else None
    return Demand(
        tuple(_levels(routing.skills, waited, call.language)),
        not _still(waited, routing.reserve_after_s),
        None if waits_for is None else waits_for.agent_id,
        () if waits_for is not None else tuple(_others(call, queue, now)),
    )


def raised_by(call: Call | Callback, queue: QueueSettings, now: datetime) -> int:
    """How much earlier in line the ladder has brought the call by now."""
    return sum(rung.raise_by for rung in climbed(call, queue, now))


def climbed(call: Call | Callback, queue: QueueSettings, now: datetime) -> Iterator[Rung]:
    """The steps of this line's ladder that hold for it: those of time by the clock, others once they were taken."""
    for rung in waited_for(call, queue, now):
        if rung.cause is Climb.TIME or (queue.queue_id, rung) in call.climbed:
            yield rung


def waited_for(call: Call | Callback, queue: QueueSettings, now: datetime) -> Iterator[Rung]:
    """The steps for which the call has waited long enough, whatever else they ask for."""
    waited = now - call.waiting_since
    return (rung for rung in queue.routing.ladder if not _still(waited, rung.after_s))


def has_new_steps(call: Call | Callback, queue: QueueSettings, now: datetime) -> bool:
    """Whether there are some of these that it has not taken."""
    return any((queue.queue_id, rung) not in call.climbed for rung in waited_for(call, queue, now))


def fits(agent: Agent, queue_id: int, demand: Demand) -> bool:
    """Whether this agent of the line would do. For their own customer nobody needs a skill."""
    settings = agent.settings
    if agent.agent_id in demand.without:
        return False
    if demand.only_agent_id is not None:
        return agent.agent_id == demand.only_agent_id
    if queue_id in settings.reserve_ids and not demand.with_reserve:
        return False
    return all(settings.skills.get(skill, 0) >= level for skill, level in demand.skills)


def changes_at(call: Call | Callback, queue: QueueSettings, now: datetime) -> datetime | None:
    """When the demand may be another one without anything having happened."""
    routing, since = queue.routing, call.waiting_since
    limits = [routing.preferred_s, routing.reserve_after_s]
    limits += [rung.after_s for rung in routing.ladder]
    limits += [step.until_s for rule in routing.skills for step in rule.steps if step.until_s is not None]
    moments = (since + timedelta(seconds=limit) for limit in limits)
    return min((at for at in moments if at > now), default=None)


def _still(waited: timedelta, limit_s: float) -> bool:
    return waited < timedelta(seconds=limit_s)


def _may_wait_for(agent: Agent | None, call: Call | Callback, queue: QueueSettings, waited: timedelta) -> bool:
    if agent is None or not agent.serves or queue.queue_id not in agent.settings.queue_ids:
        return False
    # whom a dialer called may wait two seconds in all, and for nobody in particular
    in_haste = isinstance(call, Call) and call.dialer_terms is not None
    return _still(waited, queue.routing.preferred_s) and (agent.can_take_a_call or not in_haste)


def _others(call: Call | Callback, queue: QueueSettings, now: datetime) -> Iterator[int]:
    found = (rung.also_queue_id for rung in climbed(call, queue, now))
    return (queue_id for queue_id in dict.fromkeys(found) if queue_id is not None)


def _levels(rules: tuple[SkillRule, ...], waited: timedelta, language: str) -> Iterator[tuple[str, int]]:
    for rule in rules:
        level = next(step.level for step in rule.steps if step.until_s is None or _still(waited, step.until_s))
        if level > 0:
            yield (language if rule.skill == LANGUAGE else rule.skill), level
