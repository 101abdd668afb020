"""Keeps the sums of reports: behind the calls, each call once, whatever is killed when.

A call's rows, and what they add to the sums, are changed in one transaction, and with them goes the note that asked for
it. Who comes second finds no note; a note that is newer than what was read stays, and the call is counted again.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import StorageError
from crm_core.models import (
    ReportChange,
    ReportShare,
    ReportStay,
    Setting,
    report_agents,
    report_pauses,
    report_quarters,
    report_shifts,
    report_sums,
)
from crm_core.report_changes import AGENT, CALL, note_everything
from crm_core.reports.adding import Scopes, add_agents, add_calls
from crm_core.reports.reading import CountedCall, read_counted
from crm_core.reports.rows import Delta, StayRow, share_rows, stay_rows
from crm_core.reports.times import write_times
from crm_core.storage.database import Database
from crm_core.storage.rows import execute, upsert
from cti.clock import Clock

_log = logging.getLogger(__name__)
# A few milliseconds of the loop and of the writer at a time.
CALLS_AT_ONCE = 20
EVERY_S = 2.0
# A busy agent has some hundred changes in an hour, and each asks for the whole day again.
AGENTS_EVERY_S = 60.0
TRY_AGAIN_S = 5.0
# Another meaning of the sums is another number: then all of them are made anew.
VERSION = 2
BASIS = "reports.basis"


@dataclass(frozen=True, slots=True)
class _Note:
    key: str
    stamp: str
    since: datetime | None

    @property
    def name(self) -> str:
        return self.key.partition(":")[2]


class Summary:
    """`run` works off what is noted; `settle` does so now. `zone` is where days begin."""

    def __init__(self, database: Database, zone: tzinfo, clock: Clock) -> None:
        self._database = database
        self._zone = zone
        self._clock = clock
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Keep the sums up to date; while the database is away, wait for it."""
        agents_at_s, loop = 0.0, asyncio.get_running_loop()
        while True:
            pause_s = EVERY_S
            try:
                await self._check_basis()
                await self._all_of(CALL)
                if loop.time() >= agents_at_s:
                    agents_at_s = loop.time() + AGENTS_EVERY_S
                    await self._all_of(AGENT)
            except StorageError:
                _log.warning("Sums of reports wait for the database", exc_info=True)
                pause_s = TRY_AGAIN_S
            await asyncio.sleep(pause_s)

    async def settle(self, within_s: float = 60.0) -> int:
        """Count all that is noted, at most so long; return how much is left."""
        try:
            async with asyncio.timeout(within_s):
                await self._check_basis()
                await self._all_of(CALL)
                await self._all_of(AGENT)
        except TimeoutError:
            pass
        return await self.waiting()

    async def waiting(self) -> int:
        """Say how much is noted and not counted yet."""
        async with self._database.reading() as connection:
            return int(await connection.scalar(select(func.count()).select_from(ReportChange)) or 0)

    async def rebuild(self) -> None:
        """Forget all sums, and note every call and agent; whoever is at work counts them, and goes on after a kill."""
        await self._database.write(partial(_forget, basis=self._basis(), now=self._clock.now()))

    async def _check_basis(self) -> None:
        """Sums of other days, or of another meaning, are worth nothing."""
        async with self._database.reading() as connection:
            known = await connection.scalar(select(Setting.value).where(Setting.key == BASIS))
        if known != self._basis():
            _log.info("Sums of reports are made anew", extra={"before": known, "now": self._basis()})
            await self.rebuild()

    def _basis(self) -> dict[str, Any]:
        return {"zone": str(self._zone), "version": VERSION}

    async def _all_of(self, kind: str) -> None:
        async with self._turn:
            while notes := await self._notes(kind):
                if kind == CALL:
                    await self._count_calls(notes)
                else:
                    for note in notes:
                        await self._database.write(partial(_count_agent, note=note, zone=self._zone))
                await asyncio.sleep(0)

    async def _notes(self, kind: str) -> list[_Note]:
        columns = (ReportChange.key, ReportChange.stamp, ReportChange.since)
        # ";" comes after ":"
        own = (ReportChange.key >= kind) & (ReportChange.key < kind[:-1] + ";")
        query = select(*columns).where(own).order_by(ReportChange.key).limit(CALLS_AT_ONCE)
        async with self._database.reading() as connection:
            return [_Note(*row) for row in await connection.execute(query)]

    async def _count_calls(self, notes: Sequence[_Note]) -> None:
        async with self._database.reading() as connection:
            counted = await read_counted(connection, [note.name for note in notes])
        calls = {call.call_id: call for call in counted if not call.is_open}
        await self._database.write(partial(_write_calls, notes=notes, calls=calls, zone=self._zone))


async def _take(connection: AsyncConnection, notes: Sequence[_Note]) -> list[_Note]:
    """Take the notes away; those that are gone or newer by now are not ours."""
    return [note for note in notes if await execute(connection, _TAKE, {"wanted": note.key, "seen": note.stamp})]


async def _write_calls(
    connection: AsyncConnection, notes: Sequence[_Note], calls: dict[str, CountedCall], zone: tzinfo
) -> None:
    ours = [note.name for note in await _take(connection, notes)]
    if not ours:
        return
    scopes, delta = await Scopes.read(connection), Delta()
    await _take_away(connection, ours, scopes, delta)
    stays: list[StayRow] = []
    shares: list[dict[str, Any]] = []
    for call in (calls[name] for name in ours if name in calls):
        stays += stay_rows(call, zone)
        shares += share_rows(call, zone)
    for stay in stays:
        delta.add_stay(stay)
    for share in shares:
        delta.add_share(share)
    rows = [{**stay.values, "scope_id": await scopes.number(connection, stay.scope)} for stay in stays]
    if rows:
        await connection.execute(insert(ReportStay), rows)
    if shares:
        await connection.execute(insert(ReportShare), shares)
    await add_calls(connection, scopes, delta.calls)
    await add_agents(connection, delta.agents)


async def _take_away(connection: AsyncConnection, call_ids: list[str], scopes: Scopes, delta: Delta) -> None:
    """Forget what was counted of these calls before."""
    wanted = {"calls": call_ids}
    for row in (await connection.execute(_STAYS, wanted)).mappings():
        delta.add_stay(StayRow(scopes.by_id[row["scope_id"]], dict(row)), -1)
    for share in (await connection.execute(_SHARES, wanted)).mappings():
        delta.add_share(dict(share), -1)
    await connection.execute(_NO_STAYS, wanted)
    await connection.execute(_NO_SHARES, wanted)


async def _count_agent(connection: AsyncConnection, note: _Note, zone: tzinfo) -> None:
    if await _take(connection, [note]) and note.since is not None:
        await write_times(connection, int(note.name), note.since, zone)


async def _forget(connection: AsyncConnection, basis: dict[str, Any], now: datetime) -> None:
    for table in (report_sums, report_agents, report_shifts, report_quarters, report_pauses):
        await connection.execute(delete(table))
    for model in (ReportStay, ReportShare, ReportChange):
        await connection.execute(delete(model))
    await note_everything(connection)
    setting = {"key": BASIS, "value": basis, "updated_at": now}
    await connection.execute(upsert(connection, Setting, setting, ("key",), ("value", "updated_at")))


_TAKE = delete(ReportChange).where(ReportChange.key == bindparam("wanted"), ReportChange.stamp == bindparam("seen"))
_OF_CALLS: BindParameter[Any] = bindparam("calls", expanding=True)
_STAYS = select(*ReportStay.__table__.columns).where(ReportStay.call_id.in_(_OF_CALLS))
_SHARES = select(*ReportShare.__table__.columns).where(ReportShare.call_id.in_(_OF_CALLS))
_NO_STAYS = delete(ReportStay).where(ReportStay.call_id.in_(_OF_CALLS))
_NO_SHARES = delete(ReportShare).where(ReportShare.call_id.in_(_OF_CALLS))
