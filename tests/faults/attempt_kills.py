"""Callroom ends by SIGKILL at each step of an attempt, again and again: used by the test-suite and by `make soak`."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.asterisk.pair import eventually
from tests.bench.seat import seat
from tests.faults.campaigns import Book, draft_campaign
from tests.faults.counted import check_counted
from tests.faults.crew import Manners, crew
from tests.faults.dying import DIES_AT, STEPS
from tests.faults.reading import dialed_at_the_carrier, keep_who_is_dialed
from tests.faults.town import Town
from tests.installation import Installation

DIES_WITHIN_S, ALL_TRIED_S = 40.0, 120.0
_LEADS_EACH = 9
_ENDINGS = ("00", "02", "08", "05", "04", "02")
_QUICK = Manners((0.05, 0.1), (1.0, 2.0))
_MOST_TIMES = 3


@dataclass
class AttemptKills:
    """What came out."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    leads: int = 0
    dialed: int = 0
    verdicts: Counter[str | None] = field(default_factory=Counter)


async def kill_at_each_step(town: Town, result: AttemptKills, times: int, say: Callable[[str], None] = print) -> None:
    """Raise AssertionError unless each lead was tried once, and no number dialed twice."""
    installation, book, dice = town.installation, Book(town), random.Random(result.seed)
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
    numbers = [
        f"+86137{place:04}02{_ENDINGS[place % len(_ENDINGS)]}" for place in range(_LEADS_EACH * times * len(STEPS))
    ]
    campaign_id, result.leads = draft_campaign(book, line["id"], numbers), len(numbers)
    await keep_who_is_dialed(installation)
    before = await dialed_at_the_carrier(installation)
    async with crew(installation, town.passwords_of(4), result.seed, _QUICK):
        await installation.end_process(signal.SIGKILL)
        book.change("update campaigns set state='running' where id=?", campaign_id)
        try:
            for step in [*STEPS] * times:
                await _die_at(installation, step, dice.randint(1, _MOST_TIMES))
                result.kills[step] += 1
                say(f"killed: {step}")
        finally:
            await _be_immortal(installation)
        await _until_all_are_tried(book, campaign_id)
        book.change("update campaigns set state='finished' where id=?", campaign_id)
        await town.quiet()
    dialed = await dialed_at_the_carrier(installation) - before
    result.dialed = dialed.total()
    _judge(book, campaign_id, result)
    tried = book.rows("select number, verdict from attempts where campaign_id=?", campaign_id)
    check_counted(dialed, [(str(number), str(verdict)) for number, verdict in tried])


async def _die_at(installation: Installation, step: str, times: int) -> None:
    installation.environment[DIES_AT], installation.module = f"{step}:{times}", "tests.faults.dying"
    try:
        await installation.start()
    except AssertionError:
        # it may die before it has said that it serves
        if await installation.ended() != -signal.SIGKILL:
            raise
    async with asyncio.timeout(DIES_WITHIN_S):
        assert await installation.ended() == -signal.SIGKILL


async def _be_immortal(installation: Installation) -> None:
    del installation.environment[DIES_AT]
    installation.module = "agent_ui"
    await installation.end_process(signal.SIGKILL)
    await installation.start()


async def _until_all_are_tried(book: Book, campaign_id: int) -> None:
    async def all_tried() -> bool:
        query = "select count(*) from leads where campaign_id=? and (attempts=0 or state='dialing')"
        return book.rows(query, campaign_id) == [(0,)]

    await eventually(all_tried, ALL_TRIED_S, "every lead was tried")


def _judge(book: Book, campaign_id: int, result: AttemptKills) -> None:
    tried = "select count(*), count(distinct lead_id), count(distinct number) from attempts where campaign_id=?"
    assert book.rows(tried, campaign_id) == [(result.leads,) * 3], "each lead is tried once"
    query = "select verdict, count(*) from attempts where campaign_id=? group by 1"
    result.verdicts.update(dict(book.rows(query, campaign_id)))  # type: ignore[arg-type]
    assert result.verdicts[None] == 0, "each has its verdict"
