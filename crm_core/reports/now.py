"""What lasts at this moment: states of agents that are not over, and so in no sum."""

from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.timesheet import Began, Timesheet
from crm_core.models import AgentNow
from cti.domain.values import AgentState


async def lasting(connection: AsyncConnection, now: datetime, zone: tzinfo) -> dict[int, Timesheet]:
    """Return each agent's present state, as far as it is over now."""
    rows = await connection.execute(select(AgentNow.agent_id, AgentNow.state, AgentNow.reason, AgentNow.since))
    found = {}
    for row in rows:
        sheet = found[row.agent_id] = Timesheet()
        sheet.add(Began(row.since, AgentState(row.state), row.reason), now, zone)
    return found
