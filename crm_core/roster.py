"""From rows to what the floor starts with: agents, queues, and the states that agents were in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.database import Database
from crm_core.models import AgentNow, User, UserQueue
from crm_core.queues import queue_rows
from cti.domain.values import AgentSettings, AgentState, Roster


@dataclass(frozen=True, slots=True)
class LastState:
    """What an agent was doing when the diary last heard of them."""

    agent_id: int
    state: AgentState
    reason: str
    since: datetime


async def load_roster(database: Database) -> Roster:
    """Read all active agents and queues in one look: whoever is an agent, or takes calls from a queue."""
    async with database.reading() as connection:
        queues = await queue_rows(connection, active_only=True)
        agents = await _agents(connection)
    present = frozenset(queue.id for queue in queues)
    return Roster(
        agents=tuple(
            AgentSettings(agent.agent_id, agent.name, agent.extension, agent.queue_ids & present) for agent in agents
        ),
        queues=tuple(queue.settings for queue in queues),
    )


async def load_last_states(database: Database) -> tuple[LastState, ...]:
    """Read the last state of every agent, for the floor's restart."""
    query = select(AgentNow.agent_id, AgentNow.state, AgentNow.reason, AgentNow.since).order_by(AgentNow.agent_id)
    async with database.reading() as connection:
        return tuple(
            LastState(row.agent_id, AgentState(row.state), row.reason, row.since)
            for row in await connection.execute(query)
        )


async def _agents(connection: AsyncConnection) -> list[AgentSettings]:
    queues: dict[int, set[int]] = {}
    for row in await connection.execute(select(UserQueue.user_id, UserQueue.queue_id)):
        queues.setdefault(row.user_id, set()).add(row.queue_id)
    query = (
        select(User.id, User.name, User.extension)
        .where(User.active.is_(True), User.extension.is_not(None))
        .where(or_(User.role == "agent", User.id.in_(select(UserQueue.user_id))))
        .order_by(User.id)
    )
    return [
        AgentSettings(row.id, row.name, row.extension or "", frozenset(queues.get(row.id, ())))
        for row in await connection.execute(query)
    ]
