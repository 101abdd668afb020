"""Several campaigns at once: whose people each agent waits for, and who is next to place a call.

By priority first, and among equals by share: who has the fewest agents, or lines, for each part of its share comes
first. Nobody is held by a campaign that has no person for them.

Rule 1: who has a call of a campaign, or wraps it up, is that campaign's.
Rule 2: an agent counts for one campaign at a time; two pacings that see the same free agent would dial twice for them.
Rule 3: agents move only where that brings the shares nearer to what was asked for, so that nobody wanders to and fro.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What a campaign asks for; `most`: for so many free agents it has people (None: for any number)."""

    priority: int
    share: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An agent: the campaigns they may serve, whose call they have, and whom they were counted for last."""

    options: frozenset[int]
    bound_to: int | None = None
    now: int | None = None


class _Tally:
    """Who has how many by now."""

    def __init__(self, claims: Mapping[int, Claim]) -> None:
        self.claims = claims
        self._agents: Counter[int] = Counter()
        self._free: Counter[int] = Counter()

    def bind(self, campaign_id: int) -> None:
        self._agents[campaign_id] += 1

    def add(self, campaign_id: int, change: int = 1) -> None:
        self._agents[campaign_id] += change
        self._free[campaign_id] += change

    def load(self, campaign_id: int, more: int = 0) -> float:
        return (self._agents[campaign_id] + more) / self.claims[campaign_id].share

    def wanted_by(self, options: Iterable[int]) -> list[int]:
        """Those of the highest priority that still have somebody for a free agent, by id."""
        open_ids = [one for one in options if one in self.claims and self._has_people(one)]
        first = max((self.claims[one].priority for one in open_ids), default=0)
        return sorted(one for one in open_ids if self.claims[one].priority == first)

    def _has_people(self, campaign_id: int) -> bool:
        most = self.claims[campaign_id].most
        return most is None or self._free[campaign_id] < most

    def best_of(self, campaign_ids: list[int]) -> int:
        return min(campaign_ids, key=lambda one: (self.load(one, 1), one))


def shared_out(members: Mapping[int, Member], claims: Mapping[int, Claim]) -> dict[int, int]:
    """Return each agent's campaign; not in it is who may serve none."""
    tally, given = _Tally(claims), dict[int, int]()
    free: dict[int, Member] = {}
    for agent_id, member in sorted(members.items()):
        bound_to = member.bound_to
        if bound_to is not None and bound_to in claims:
            given[agent_id] = bound_to
            tally.bind(bound_to)
        elif member.options & claims.keys():
            free[agent_id] = member
    unwanted = {}
    for agent_id in _keep(free, tally, given):
        options = tally.wanted_by(free[agent_id].options)
        if options:
            given[agent_id] = tally.best_of(options)
            tally.add(given[agent_id])
        else:
            unwanted[agent_id] = _idle_with(free[agent_id], claims)
    _even_out(free, tally, given)
    return given | unwanted


def _keep(free: Mapping[int, Member], tally: _Tally, given: dict[int, int]) -> list[int]:
    """Leave those where they are who are wanted there; return the others."""
    others = []
    for agent_id, member in free.items():
        if member.now is not None and member.now in tally.wanted_by(member.options):
            given[agent_id] = member.now
            tally.add(member.now)
        else:
            others.append(agent_id)
    return others


def _idle_with(member: Member, claims: Mapping[int, Claim]) -> int:
    """Nobody has a person for them: they stay, or are counted where they would be wanted first."""
    here = member.options & claims.keys()
    if member.now in here:
        return member.now
    return min(here, key=lambda one: (-claims[one].priority, one))


def _even_out(free: Mapping[int, Member], tally: _Tally, given: dict[int, int]) -> None:
    """Move agents between equals for as long as that brings loads nearer to one another."""
    for agent_id in [one for one in free if one in given]:
        here = given[agent_id]
        others = [one for one in tally.wanted_by(free[agent_id].options) if one != here]
        others = [one for one in others if tally.claims[one].priority == tally.claims[here].priority]
        if others and tally.load(there := tally.best_of(others), 1) < tally.load(here):
            tally.add(here, -1)
            tally.add(there)
            given[agent_id] = there


def turn_order(claims: Mapping[int, Claim], lines: Mapping[int, int]) -> list[int]:
    """Return who places calls first when lines are short; `lines` are those that each has now."""
    return sorted(claims, key=lambda one: (-claims[one].priority, lines[one] / claims[one].share, one))
