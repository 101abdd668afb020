"""How a database would answer what some code asks it: each of its questions, with the plan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from crm_core.storage.database import Database

# Of a small table PostgreSQL reads all and sorts it, as that costs nothing; only what it cannot avoid is left.
_AVOID = ("seqscan", "bitmapscan", "sort")


@dataclass
class Plans:
    """One text for each question; `sorted` and `scanned` are those that read or sort all of a table."""

    dialect: str
    texts: list[str] = field(default_factory=list)

    @property
    def sorts(self) -> list[str]:
        return [one for one in self.texts if "TEMP B-TREE FOR ORDER" in one or "Sort Key" in one]

    @property
    def scans(self) -> list[str]:
        return [one for one in self.texts if "SCAN " in one or "Seq Scan" in one]


@asynccontextmanager
async def plans_of(database: Database) -> AsyncIterator[Plans]:
    """Whatever is asked inside has its plan at the end."""
    asked: list[tuple[str, Any]] = []
    found = Plans(database.dialect)

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    async with database.reading() as connection:
        if database.dialect != "sqlite":
            for what in _AVOID:
                await connection.exec_driver_sql(f"SET LOCAL enable_{what} = off")
        explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
        for statement, parameters in asked:
            rows = (await connection.exec_driver_sql(explain + statement, parameters)).all()
            found.texts.append("\n".join([statement, *(str(row[-1]) for row in rows)]))
