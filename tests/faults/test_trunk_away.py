"""The trunk is away while a campaign dials: nobody gets a verdict by it, and dialing goes on by itself afterwards.

The carrier's Asterisk stands still (SIGSTOP): nothing comes back, as from a network that is cut off.
"""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from dialer.domain.route import SILENT_S
from dialer.domain.verdict import ROUTE_VERDICTS
from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.faults.campaigns import Book, draft_campaign
from tests.faults.counted import UNSEEN, check_counted
from tests.faults.crew import Manners, crew
from tests.faults.reading import carrier_of_town, dialed_at_the_carrier, keep_who_is_dialed
from tests.faults.town import Town, town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

QUICK = Manners((0.05, 0.1), (1.0, 2.0))
AWAY_S, BACK_WITHIN_S = 36.0, 60.0
PEOPLE, DIALED_BEFORE = 80, 16
LINES_MAX = 12
# No line ends before the silence is noticed, so until then as many are dialed as may ring; then one, and each next one
# a second, two, four, eight and sixteen seconds later at the earliest.
DIALED_MOST = LINES_MAX + 6
RINGS_S = 12.0
# Those who ring already tell of nothing any more, and while enough of them ring nobody else is dialed: the silence
# begins to be heard when their time is up at the latest.
NOTICED_WITHIN_S = RINGS_S + SILENT_S + 4.0
ENDINGS = ("0200", "0202", "0208", "0205", "0202", "0204", "0202", "0205")


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the story happens in real time


@asynccontextmanager
async def frozen_carrier(here: Town) -> AsyncIterator[datetime]:
    """It goes on when the block ends."""
    pid = carrier_of_town(here.installation).status().pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield now()
    finally:
        os.kill(pid, signal.SIGCONT)


class Story:
    """One campaign, seen by its manager and in its tables."""

    def __init__(self, here: Town, admin: Seat, campaign_id: int, book: Book) -> None:
        self._admin, self._book = admin, book
        self._installation = here.installation
        self.campaign_id = campaign_id

    async def live(self) -> dict[str, Any]:
        return dict(await self._admin.ask("GET", f"/campaigns/{self.campaign_id}/live"))

    async def until_reason(self, reason: str, timeout_s: float) -> float:
        async def is_told() -> bool:
            await asyncio.sleep(0.2)
            return (await self.live())["at_work"]["reason"] == reason

        return await eventually(is_told, timeout_s, f"the page says {reason}")

    def attempts(self, since: datetime | None = None) -> list[tuple[Any, ...]]:
        columns = "number, verdict, planned_at, rang_at, lead_id, abandoned, ended_at"
        query = f"select {columns} from attempts where campaign_id=? order by planned_at"  # noqa: S608
        rows = self._book.rows(query, self.campaign_id)
        return [row for row in rows if since is None or planned(row) >= since]

    async def until_all_are_reached(self, people: set[Any], timeout_s: float) -> None:
        """Who was called in vain by no fault of theirs."""

        async def reached() -> bool:
            await asyncio.sleep(0.2)
            told = {row[4] for row in self.attempts() if row[1] is not None and row[1] not in ROUTE_VERDICTS}
            return people <= told

        await eventually(reached, timeout_s, "those who were not reached are called again")

    async def finish(self) -> None:
        """Dial no more, and wait for the verdicts."""
        self._book.change("update campaigns set state='finished' where id=?", self.campaign_id)

        async def settled() -> bool:
            await asyncio.sleep(0.2)
            return all(row[1] is not None for row in self.attempts())

        await eventually(settled, 40, "each attempt has its verdict")

    def lost_leads(self) -> list[tuple[object, ...]]:
        """Who is not called any more, though nothing was found out about their number."""
        given_up = "('attempts_used_up', 'no_number_left', 'route_fault', 'congestion')"
        query = f"select id, why from leads where campaign_id=? and state='done' and why in {given_up}"  # noqa: S608
        return self._book.rows(query, self.campaign_id)

    async def until_dialed(self, count: int, since: datetime | None, timeout_s: float) -> float:
        async def dialed() -> bool:
            await asyncio.sleep(0.2)
            told = [row for row in self.attempts(since) if row[1] is not None and row[1] not in ROUTE_VERDICTS]
            return len(told) >= count

        return await eventually(dialed, timeout_s, f"the network told of {count} more")


def planned(row: tuple[Any, ...]) -> datetime:
    return datetime.fromisoformat(row[2]).replace(tzinfo=UTC)


def ended(row: tuple[Any, ...]) -> datetime:
    return datetime.fromisoformat(row[6]).replace(tzinfo=UTC)


@asynccontextmanager
async def dialing() -> AsyncIterator[tuple[Town, Story]]:
    """Four agents, and a campaign that runs; whom the trunk failed is called again soon."""
    async with town(forked=True) as here:
        await keep_who_is_dialed(here.installation)
        book = Book(here)
        async with seat(here.installation, "admin") as admin:
            (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
            numbers = [f"+86138{place:04}{ENDINGS[place % len(ENDINGS)]}" for place in range(PEOPLE)]
            again = {"verdicts": [one.value for one in ROUTE_VERDICTS], "after_s": [10.0], "attempts_max": 6}
            rules = {"lines_max": LINES_MAX, "ring_s": RINGS_S, "retries": [{**again, "which": "same"}]}
            campaign_id = draft_campaign(book, line["id"], numbers, **rules)
            async with crew(here.installation, here.passwords_of(4), 1, QUICK):
                book.change("update campaigns set state='running' where id=?", campaign_id)
                yield here, Story(here, admin, campaign_id, book)


async def test_the_trunk_stands_still_while_a_campaign_dials() -> None:
    async with dialing() as (here, story):
        await story.until_dialed(DIALED_BEFORE, None, 60)
        async with frozen_carrier(here) as frozen_at:
            in_flight = {row[4] for row in story.attempts() if row[1] is None}
            noticed_s = await story.until_reason("route_fails", NOTICED_WITHIN_S)
            until_back_s = AWAY_S - (now() - frozen_at).total_seconds()
            await asyncio.sleep(until_back_s)  # that is what is told here: how long it is away
            meanwhile = story.attempts(frozen_at)
        back_at, began_s = now(), time.monotonic()
        await story.until_dialed(DIALED_BEFORE, back_at, BACK_WITHIN_S)
        back_s = time.monotonic() - began_s
        await story.until_all_are_reached({row[4] for row in meanwhile}, 30)
        assert (await story.live())["at_work"]["reason"] != "route_fails"
        await story.finish()
        await here.quiet()
        log, dialed = story.attempts(), await dialed_at_the_carrier(here.installation)
    verdicts = Counter((row[1], row in meanwhile) for row in log)
    print(f"noticed after {noticed_s:.1f} s: {len(in_flight)} in flight, {len(meanwhile)} dialed meanwhile")
    print(f"dialing again {back_s:.1f} s after its return; {dialed.total()} dialed, {dict(verdicts)}")
    # whoever was dialed just before its return was told by it what is true of their number
    told = [row for row in log if frozen_at <= planned(row) and ended(row) < back_at]
    assert told
    assert {row[1] for row in told} <= ROUTE_VERDICTS, told
    assert len(meanwhile) <= DIALED_MOST
    assert not [row for row in log if (row[5] and planned(row) >= frozen_at) or (row[5] and row[4] in in_flight)]
    assert story.lost_leads() == []
    check_counted(dialed, [(row[0], row[1]) for row in log], UNSEEN | ROUTE_VERDICTS)
