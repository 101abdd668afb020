"""Tables of reports: what is told in the call log, counted. All of it can be made anew from there.

`report_stays` and `report_shares` have a row for each call, the others are sums of these. `report_changes` names the
calls and agents whose rows are not up to date; it is written together with the facts.
"""

from datetime import date

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, UniqueConstraint
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.domain.agent_sums import STORED as OF_AGENTS
from crm_core.domain.sums import STORED as OF_CALLS
from crm_core.domain.timesheet import STATES
from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonMap, OptionalInstant, Short, TextId

# Of a year's sums each is far below this; of milliseconds they are not.
_SUM = BigInteger()


def _sums(names: tuple[str, ...]) -> list[Column[int]]:
    return [Column(name, _SUM, nullable=False, server_default="0") for name in names]


class ReportChange(Table):
    """A call ("call:…") or agent ("agent:…") that was changed since it was counted.

    `since` is where what changed of an agent's time begins. `stamp` is another one with every change: who has counted
    takes away only what they have seen.
    """

    __tablename__ = "report_changes"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(80))
    since: Mapped[OptionalInstant]


class ReportScope(Table):
    """A set of lines that calls are counted for: some or all (`path`) of those that they came into, as "1,3"."""

    __tablename__ = "report_scopes"
    __table_args__ = (UniqueConstraint("path", "lines"),)

    id: Mapped[Id]
    path: Mapped[str] = mapped_column(String(120))
    lines: Mapped[str] = mapped_column(String(120))


class ReportStay(Table):
    """One call in one set of lines; the columns of numbers are those of `crm_core.domain.sums.Tally`."""

    __tablename__ = "report_stays"
    __table_args__ = (Index(None, "day", "scope_id", "slot"),)

    call_id: Mapped[TextId]
    scope_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    slot: Mapped[int]
    clock: Mapped[int]
    since: Mapped[Instant]
    dialed: Mapped[Short]
    disposition: Mapped[Short]
    outcome: Mapped[Short]
    wait_s: Mapped[float]
    handled: Mapped[bool]
    rating: Mapped[int]
    work: Mapped[JsonMap]


class ReportShare(Table):
    """One agent in one line (0: none) of one call; `sums` are those of `crm_core.domain.agent_sums`."""

    __tablename__ = "report_shares"
    __table_args__ = (Index(None, "agent_id", "day"),)

    call_id: Mapped[TextId]
    agent_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    queue_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    sums: Mapped[JsonMap]


# By quarter ("interval"), and by day ("day", "number", "disposition": slot 0), each for every set of lines.
report_sums = CoreTable(
    "report_sums",
    Table.metadata,
    Column("axis", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("label", String(64), primary_key=True),
    Column("scope_id", BIG_ID, primary_key=True, autoincrement=False),
    Column("clock", Integer, nullable=False),
    *_sums(OF_CALLS),
)
report_agents = CoreTable(
    "report_agents",
    Table.metadata,
    Column("day", Date, primary_key=True),
    Column("agent_id", BIG_ID, primary_key=True, autoincrement=False),
    Column("queue_id", BIG_ID, primary_key=True, autoincrement=False),
    *_sums(OF_AGENTS),
)
report_shifts = CoreTable(
    "report_shifts",
    Table.metadata,
    Column("day", Date, primary_key=True),
    Column("agent_id", BIG_ID, primary_key=True, autoincrement=False),
    Column("sign_ins", Integer, nullable=False),
    *_sums(tuple(f"{state}_ms" for state in STATES)),
)
report_quarters = CoreTable(
    "report_quarters",
    Table.metadata,
    Column("day", Date, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("agent_id", BIG_ID, primary_key=True, autoincrement=False),
    Column("clock", Integer, nullable=False),
    *_sums(tuple(f"{state}_ms" for state in STATES)),
)
report_pauses = CoreTable(
    "report_pauses",
    Table.metadata,
    Column("day", Date, primary_key=True),
    Column("agent_id", BIG_ID, primary_key=True, autoincrement=False),
    Column("reason", String(64), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("spent_ms", _SUM, nullable=False),
)
