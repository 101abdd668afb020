"""Campaigns put into the tables beside the server that dials for them."""

import json
import sqlite3
from datetime import UTC, datetime

from tests.faults.town import Town


def zone_at_noon(now: datetime) -> str:
    """Where people may be called by any law."""
    return f"Etc/GMT{now.hour - 12:+d}"


class Book:
    """The campaign's tables, read beside the server."""

    def __init__(self, town: Town) -> None:
        self._base = sqlite3.connect(town.installation.home / "callroom.db", timeout=10)

    def change(self, statement: str, *values: object) -> int:
        row = self._base.execute(statement, values).fetchone()
        self._base.commit()
        return int(row[0]) if row else 0

    def add(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        """Many at once."""
        self._base.executemany(statement, rows)
        self._base.commit()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        return self._base.execute(query, values).fetchall()


def draft_campaign(book: Book, queue_id: int, numbers: list[str], mode: str = "predictive", **rules: object) -> int:
    """One list, whose people may be called at any hour; its id."""
    now = datetime.now(UTC)  # noqa: TID251 - read by the server in real time
    at, zones = str(now)[:26], json.dumps([zone_at_noon(now)])
    chosen = json.dumps({"ring_s": 15.0, **rules})
    campaign_id = book.change(
        "insert into campaigns(name,mode,state,queue_id,policies,rules,created_at,changed_at,version)"
        " values(?,?,'draft',?,?,?,?,?,1) returning id",
        *(f"{mode} {len(numbers)}", mode, queue_id, json.dumps(["us-ftc"]), chosen, at, at),
    )
    book.change(
        "insert or replace into do_not_call_registers(policy,as_of,source,noted_at)"
        " values('us-ftc',?,'FTC',?) returning 1",
        *(at, at),
    )
    list_id = book.change(
        "insert into lead_lists(campaign_id,name,source,share,created_at) values(?,'All','',1,?) returning id",
        *(campaign_id, at),
    )
    first = book.change("select coalesce(max(id), 0) from leads") + 1
    people = [(first + place, campaign_id, list_id, number, zones, at, at) for place, number in enumerate(numbers)]
    book.add(
        "insert into leads(id,campaign_id,list_id,name,zones,custom,language,priority,rank,state,why,due_at,attempts,"
        "created_at) values(?,?,?,?,?,'{}','en',0,0,'waiting','',?,0,?)",
        people,
    )
    book.add(
        "insert into lead_numbers(campaign_id,lead_id,position,number,key) values(?,?,0,?,?)",
        [(campaign_id, lead_id, number, number) for lead_id, _, _, number, *_ in people],
    )
    return campaign_id
