"""A campaign whose agents look at somebody before they call them: who is shown to whom, for how long, and what then."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm_core.attempts import Attempts
from crm_core.audit import Actor
from crm_core.due_leads import DONE, WAITING, DueLead, DueLeads
from crm_core.errors import StorageError
from crm_core.reservations import Skip
from cti.domain.attempt_words import Attending
from cti.domain.values import AgentState
from cti.errors import Refused
from dialer.by_hand import ByHand, ByHandAnswer
from dialer.checking import Cleared
from dialer.domain.pace_words import Pace, PaceReason
from dialer.domain.sharing import Claim
from dialer.domain.skipping import SkipReason, skipped
from dialer.hopper import HOPPER
from dialer.plan import CampaignPlan
from dialer.ports import DialPolicy, Floor
from dialer.run import TURN, CampaignRun
from dialer.showing import Showing

_log = logging.getLogger(__name__)
OWN_AGAIN_S = 1.0
"""How often leads that are one agent's own are looked for."""
DIAL_AT_LIMIT = "dial"


@dataclass(slots=True)
class Card:
    """Somebody who is shown to an agent. `is_taken`: a press is being carried out."""

    lead: DueLead
    agent_id: int
    shown_at: datetime
    until: datetime
    is_taken: bool = False


class PreviewRun(CampaignRun):
    """Agents come and go as in any campaign; nobody is dialed but by a card."""

    def __init__(
        self,
        plan: CampaignPlan,
        leads: DueLeads,
        attempts: Attempts,
        policy: DialPolicy,
        floor: Floor,
        now: Callable[[], datetime],
        showing: Showing,
        by_hand: ByHand,
    ) -> None:
        super().__init__(plan, leads, attempts, policy, floor, now, showing)
        self.cards: dict[int, Card] = {}
        self._reservations = attempts.reservations
        self._by_hand = by_hand
        self._own_due = 0
        self._own_looked_s: dict[int, float] = {}

    @property
    def claim(self) -> Claim:
        """Whoever looks at somebody is needed, too, and for people of one agent's own their agent."""
        claim = super().claim
        return claim if claim.most is None else replace(claim, most=claim.most + len(self.cards) + self._own_due)

    async def look(self) -> None:
        """Know also whether somebody's own people are due."""
        await super().look()
        self._own_due = await self._leads.own_due(self.plan.campaign.id, self._now(), HOPPER) if self.may_dial else 0

    async def dial(self, spare: int | None = None) -> bool:  # noqa: ARG002 - nothing is dialed by itself
        """Give back whom nobody looks at any more, do what a limit asks for, and show somebody to who looks at none."""
        if not self.may_dial:
            await self.stop()
            return False
        for card in list(self.cards.values()):
            await self._look_after(card)
        lacks = self._lacks_register() or self._lacks_number_to_show()
        idle = [] if lacks else list(self._who_looks_at_none())
        for agent_id in idle:
            if not self._floor.can_dial() or not await self._show_somebody(agent_id):
                break
        self.progress.pace = Pace(0, self._reason())
        return not idle and await self.put_off_who_is_shut()

    def _reason(self) -> PaceReason:
        if self._lacks_number_to_show():
            return PaceReason.NUMBERS_USED_UP
        return PaceReason.FOR_IDLE if self.pacing.agents.present else PaceReason.NO_AGENTS

    async def stop(self) -> None:
        """Show nobody any more."""
        for card in list(self.cards.values()):
            if not card.is_taken:
                await self._give_back(card)

    def card_of(self, agent_id: int) -> Card | None:
        """Whom they look at."""
        return self.cards.get(agent_id)

    async def dial_card(self, agent_id: int, lead_id: int) -> ByHandAnswer:
        """Call whom they look at; None: they look at somebody else by now. Raises Refused."""
        card = self._open_card(agent_id, lead_id)
        if card is None:
            return None
        self._by_hand.make_sure_of_phone(agent_id)
        card.is_taken = True
        try:
            answer = await self._by_hand.dial(
                self.plan, lead_id, agent_id, reserved=True, sent=self.lines.follow_by_hand
            )
        except StorageError:
            card.is_taken = False
            raise
        except Refused:
            del self.cards[agent_id]
            raise
        del self.cards[agent_id]
        self.progress.dialed += 1
        return answer

    async def skip_card(self, lead_id: int, reason: SkipReason, note: str, by: Actor) -> bool:
        """Do not call them, and say why; False: they look at somebody else by now."""
        agent_id = by.user_id or 0
        card = self._open_card(agent_id, lead_id)
        if card is None:
            return False
        now, came = self._now(), skipped(reason)
        due_at = now + timedelta(seconds=self.plan.campaign.rules.preview_again_s) if came.again else None
        skip = Skip(reason.value, note, WAITING if came.again else DONE, came.why, due_at)
        card.is_taken = True
        try:
            done = await self._reservations.skip(lead_id, skip, by, now)
        except StorageError:
            card.is_taken = False
            raise
        del self.cards[agent_id]
        return done

    def _open_card(self, agent_id: int, lead_id: int) -> Card | None:
        card = self.cards.get(agent_id)
        return None if card is None or card.is_taken or card.lead.id != lead_id else card

    async def _look_after(self, card: Card) -> None:
        if card.is_taken:
            return
        if not self._stays(self._floor.agent(card.agent_id)):
            await self._give_back(card)
        elif self._now() >= card.until:
            await self._is_over(card)

    async def _is_over(self, card: Card) -> None:
        rules = self.plan.campaign.rules
        again_at = self._now() + timedelta(seconds=rules.preview_again_s)
        if rules.preview_at_limit != DIAL_AT_LIMIT:
            await self._give_back(card, again_at, "preview_over")
            return
        try:
            await self.dial_card(card.agent_id, card.lead.id)
        except Refused as refused:
            _log.info("Nobody is dialed at the end of a preview", extra={"why": refused.code})
            if self.cards.get(card.agent_id) is card:
                await self._give_back(card, again_at, refused.code)

    async def _give_back(self, card: Card, due_at: datetime | None = None, why: str = "") -> None:
        # first the row: what the database does not take is given back with the next look
        card.is_taken = True
        try:
            await self._reservations.give_back(card.lead.id, card.agent_id, due_at, why)
        finally:
            card.is_taken = False
        self.cards.pop(card.agent_id, None)

    def _stays(self, agent: Attending | None) -> bool:
        """They look still, also while their page is loaded again and their phone is away for that."""
        return agent is not None and agent.state is AgentState.READY and self.plan.campaign.queue_id in agent.queue_ids

    def _works(self, agent: Attending | None) -> bool:
        """They are free, and for this campaign."""
        is_free = agent is not None and agent.state is AgentState.READY and agent.can_take
        return is_free and agent is not None and self.pacing.agents.knows(str(agent.agent_id))

    def _who_looks_at_none(self) -> Iterable[int]:
        return [one.agent_id for one in self._floor.agents() if one.agent_id not in self.cards and self._works(one)]

    async def _show_somebody(self, agent_id: int) -> bool:
        for _ in range(TURN):
            lead = await self._next_own(agent_id) or await self._next_lead()
            if lead is None:
                return True
            checked = await self._checking.check(self.plan, lead, self._now())
            if not isinstance(checked, Cleared):
                await self._set_aside(lead, checked)
                if self._lacks_number_to_show():
                    return False
            elif await self._show(lead, agent_id):
                return True
        return False

    async def _next_own(self, agent_id: int) -> DueLead | None:
        now = self._now()
        if now.timestamp() - self._own_looked_s.get(agent_id, float("-inf")) < OWN_AGAIN_S:
            return None
        self._own_looked_s[agent_id] = now.timestamp()
        found = await self._leads.next_of(self.plan.campaign.id, agent_id, now, 1)
        return found[0] if found else None

    async def _show(self, lead: DueLead, agent_id: int) -> bool:
        now = self._now()
        until = now + timedelta(seconds=self.plan.campaign.rules.preview_s)
        if not self._works(self._floor.agent(agent_id)):
            return True  # they went meanwhile: who was taken for them waits as before
        if not await self._reservations.take(lead.id, agent_id, now, until):
            return False
        self.cards[agent_id] = Card(lead, agent_id, now, until)
        return True
