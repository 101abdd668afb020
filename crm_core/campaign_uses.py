"""What campaigns are made of is not taken away from them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.campaign_rules import CampaignRules, rules_of
from crm_core.domain.campaign_words import AGENTLESS, DRAFT, FINISHED
from crm_core.errors import UsedByCampaigns
from crm_core.models import Campaign


@dataclass(frozen=True, slots=True)
class CampaignUse:
    """What a campaign that is not finished uses."""

    id: int
    name: str
    mode: str
    state: str
    queue_id: int
    rules: CampaignRules

    def has_flow(self, flow_id: int) -> bool:
        """Whoever answers is in this flow."""
        return self.mode == AGENTLESS and self.rules.flow_id == flow_id

    def works_in(self, queue_id: int) -> bool:
        """Its agents are those of this line; a draft finds out when it is started."""
        return self.state != DRAFT and self.queue_id == queue_id

    def offers(self, disposition: str) -> bool:
        """Its agents may choose this one."""
        return any(one.code == disposition for one in self.rules.dispositions)


async def refuse_while_used(
    connection: AsyncConnection, kind: str, key: object, uses: Callable[[CampaignUse], bool]
) -> None:
    """Raise UsedByCampaigns with the names of those that do."""
    columns = (Campaign.id, Campaign.name, Campaign.mode, Campaign.state, Campaign.queue_id, Campaign.rules)
    query = select(*columns).where(Campaign.state != FINISHED).order_by(Campaign.name)
    found = [CampaignUse(*row[:-1], rules_of(row.rules)) for row in await connection.execute(query)]
    if names := tuple(one.name for one in found if uses(one)):
        raise UsedByCampaigns(kind, key, names)
