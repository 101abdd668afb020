"""Who did what for a call, from the same facts as `visits`: each agent's share in each line.

A second of talk, hold or wrap-up is in exactly one share, so sums by agent are sums by line. Who was asked into a
colleague's call has only helped: their time there is beside the talk, not part of it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cti.domain.dial_facts import CallDialed
from cti.domain.facts import (
    AgentChanged,
    CallTransferred,
    Fact,
    HoldEnded,
    OfferEnded,
    OfferMade,
    PartyAnswered,
    PartyBroughtIn,
    PartyEnded,
    PartyInvited,
    TalkEnded,
    TalkInterrupted,
    TalkRated,
    TalkStarted,
    WaitStarted,
)
from cti.domain.values import AgentState, OfferResult

Place = tuple[int | None, int]  # line (None: the call was in none) and agent


@dataclass(slots=True)
class Share:
    """One agent in one line of one call. `talked_s` has the time on hold (`held_s`) in it, as the floor counts.

    `offered` rang at them, of which answered, missed (RONA), declined, and the rest went elsewhere. `took`: theirs was
    the first answer in this line. `invited` whom they called to the call, `conferences` whom they brought in.
    `transferred` counts announced and unannounced ones. `helped` in a call that a colleague led, for `helped_s`.
    """

    offered: int = 0
    answered: int = 0
    missed: int = 0
    declined: int = 0
    took: int = 0
    talks: int = 0
    transferred: int = 0
    announced: int = 0
    invited: int = 0
    conferences: int = 0
    helped: int = 0
    rang_s: float = 0.0
    talked_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    helped_s: float = 0.0


@dataclass(slots=True)
class Work:
    """The shares in one call; told its facts in their order, and the wrap-ups that name it."""

    shares: dict[Place, Share] = field(default_factory=dict)
    rating: int | None = None
    _lines: list[int] = field(default_factory=list)
    _line: int | None = None
    _talked: dict[int, Place] = field(default_factory=dict)
    _ringing: dict[str, datetime] = field(default_factory=dict)
    _guests: dict[str, Place] = field(default_factory=dict)

    def take(self, at: datetime, fact: Fact) -> None:
        """Take one fact; those that say nothing about agents' work change nothing."""
        match fact:
            case WaitStarted():
                self._come_into(fact.queue_id)
            case CallDialed():
                # theirs, also if nobody answers
                self._share((self._line, fact.agent_id))
            case OfferMade() | OfferEnded():
                self._offer(at, fact)
            case TalkStarted() | TalkInterrupted() | TalkEnded() | HoldEnded():
                self._talk_of(fact)
            case CallTransferred():
                share = self._led(fact.agent_id)
                share.transferred += 1
                share.announced += int(fact.announced)
            case PartyInvited() | PartyAnswered() | PartyBroughtIn() | PartyEnded():
                self._party(fact)
            case AgentChanged(previous=AgentState.WRAP_UP):
                self._led(fact.agent_id).wrap_up_s += fact.lasted_s
            case TalkRated():
                self.rating = fact.score
            case _:
                pass

    def _come_into(self, queue_id: int) -> None:
        self._line = queue_id
        if queue_id not in self._lines:
            self._lines.append(queue_id)

    def _share(self, place: Place) -> Share:
        return self.shares.setdefault(place, Share())

    def _led(self, agent_id: int) -> Share:
        """Where the agent talked last; a wrap-up comes after the talk is over. Of an unknown talk it is nobody's."""
        place = self._talked.get(agent_id)
        return Share() if place is None else self._share(place)

    def _offer(self, at: datetime, fact: OfferMade | OfferEnded) -> None:
        share = self._share((self._line, fact.agent_id))
        if isinstance(fact, OfferMade):
            share.offered += 1
            self._ringing[fact.leg_id] = at
            return
        share.rang_s += max(0.0, (at - self._ringing.pop(fact.leg_id, at)).total_seconds())
        share.answered += int(fact.result is OfferResult.ANSWERED)
        share.missed += int(fact.result is OfferResult.MISSED)
        share.declined += int(fact.result is OfferResult.DECLINED)

    def _talk_of(self, fact: TalkStarted | TalkInterrupted | TalkEnded | HoldEnded) -> None:
        if isinstance(fact, TalkStarted):
            queue_id = fact.queue_id
            if queue_id is None and self._lines:
                queue_id = self._lines[-1]
            place = queue_id, fact.agent_id
            took_before = any(share.took for (line, _), share in self.shares.items() if line == queue_id)
            if queue_id is not None and queue_id not in self._lines:
                self._lines.append(queue_id)
            share = self._share(place)
            share.talks += 1
            share.took += int(queue_id is not None and not took_before)
            self._talked[fact.agent_id] = place
        elif isinstance(fact, HoldEnded):
            self._led(fact.agent_id).held_s += fact.held_s
        else:
            self._led(fact.agent_id).talked_s += fact.talked_s

    def _party(self, fact: PartyInvited | PartyAnswered | PartyBroughtIn | PartyEnded) -> None:
        if isinstance(fact, PartyInvited):
            self._led(fact.agent_id).invited += 1
            if fact.to_agent_id is not None:
                line, _ = self._talked.get(fact.agent_id, (self._line, 0))
                self._guests[fact.party_id] = line, fact.to_agent_id
        elif isinstance(fact, PartyBroughtIn):
            self._led(fact.agent_id).conferences += 1
        elif (place := self._guests.get(fact.party_id)) is not None:
            if isinstance(fact, PartyAnswered):
                self._share(place).helped += 1
            else:
                self._share(place).helped_s += fact.talked_s
