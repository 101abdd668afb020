"""An agent's change of state as rows."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import AgentNow, AgentStateEntry, User
from crm_core.report_changes import note_agent, note_call
from crm_core.storage.fields import clean
from crm_core.storage.rows import put
from cti.domain.facts import AgentChanged
from cti.domain.values import AgentState

_AGENT = select(AgentNow.since).select_from(User).outerjoin(AgentNow).where(User.id == bindparam("wanted"))


async def agent_changed(connection: AsyncConnection, key: str, at: datetime, fact: AgentChanged) -> None:
    """Write the change, and what the agent does now; an older change does not undo a newer one."""
    agent = (await connection.execute(_AGENT, {"wanted": fact.agent_id})).first()
    if agent is None:
        return
    row = {
        "key": key,
        "agent_id": fact.agent_id,
        "at": at,
        "state": fact.state.value,
        "reason": clean(fact.reason, 64),
        "previous": fact.previous.value,
        "lasted_s": fact.lasted_s,
        "call_id": fact.call_id,
    }
    if await put(connection, AgentStateEntry, row, ("key",)):
        await note_agent(connection, fact.agent_id, key, at - timedelta(seconds=fact.lasted_s))
        if fact.call_id is not None and fact.previous is AgentState.WRAP_UP:
            await note_call(connection, fact.call_id, key)
    now = {"agent_id": fact.agent_id, "state": row["state"], "reason": row["reason"], "since": at}
    if agent.since is None or agent.since <= at:
        await put(connection, AgentNow, now, ("agent_id",), ("state", "reason", "since"))
