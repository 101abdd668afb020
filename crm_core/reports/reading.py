"""Calls as they stand in the log, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.diary.day_log import read_calls
from crm_core.domain.counted_call import count_call
from crm_core.domain.sums import Tally
from crm_core.domain.work import Work
from crm_core.models import Call

OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class CountedCall:
    """What reports know of one call; `disposition` "" where nobody said what it was."""

    call_id: str
    is_open: bool
    is_outbound: bool
    dialed: str
    disposition: str
    started_at: datetime
    tallies: list[Tally]
    work: Work


_COLUMNS = (Call.id, Call.direction, Call.dialed, Call.disposition, Call.started_at, Call.ended_at)
_CALLS = select(*_COLUMNS).where(Call.id.in_(bindparam("calls", expanding=True)))
_OPEN = select(Call.id).where(Call.ended_at.is_(None)).order_by(Call.started_at.desc())


async def read_counted(connection: AsyncConnection, call_ids: Sequence[str]) -> list[CountedCall]:
    """Count these calls; one that is not there any more is not in the answer."""
    rows = (await connection.execute(_CALLS, {"calls": list(call_ids)})).all()
    told = await read_calls(connection, [row.id for row in rows])
    found = []
    for row in rows:
        facts = [(one.at, one.fact) for one in told[row.id]]
        is_outbound = row.direction == OUTBOUND
        tallies, work = count_call(row.started_at, facts, is_outbound=is_outbound)
        found.append(
            CountedCall(
                call_id=row.id,
                is_open=row.ended_at is None,
                is_outbound=is_outbound,
                # of a call that we made it is the customer's number
                dialed="" if is_outbound else row.dialed,
                disposition=row.disposition or "",
                started_at=row.started_at,
                tallies=tallies,
                work=work,
            )
        )
    return found


async def open_call_ids(connection: AsyncConnection, most: int) -> list[str]:
    """Name the calls that go on, the newest first."""
    return list(await connection.scalars(_OPEN.limit(most)))
