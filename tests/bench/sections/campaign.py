"""A campaign on the real Asterisk: how many numbers it dials, and how soon an agent is there for whoever answers."""

import asyncio
import statistics
from datetime import datetime

from dialer.domain.who_answered import MachineRule
from tests.bench.figures import Spread, spread
from tests.bench.seat import seat
from tests.bench.section import How, Section
from tests.bench.table import HEAD, row
from tests.faults.campaigns import Book, draft_campaign
from tests.faults.crew import Manners, crew
from tests.faults.town import Town, town

AIM_PER_S = 20.0
WARM_UP_S = 5.0


async def measure(how: How) -> str:
    """First numbers that do not exist, as fast as they can be tried; then people, one line for each agent, twice."""
    leads, seconds, people = how.pick(100_000, 2_000), how.pick(60.0, 8.0), how.pick(300, 12)
    async with town() as here:
        book = Book(here)
        async with seat(here.installation, "admin") as admin:
            (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
        dead = [f"+8613{place:07}05" for place in range(leads)]
        lines = {"ratio": 10.0, "lines_max": 200, "lines_per_agent_max": 50.0}
        rate = await _rate(here, book, draft_campaign(book, line["id"], dead, "ratio", **lines), seconds)
        connected = {}
        for place, action in enumerate((MachineRule.CONNECT, MachineRule.OFF)):
            alive = [f"+8613{7 + place}{person:04}0208" for person in range(people)]
            rules = {"machines": {"action": action}}
            campaign_id = draft_campaign(book, line["id"], alive, "progressive", **rules)
            connected[action] = await _connect(here, book, campaign_id, people)
    return _told(leads, rate, connected)


async def _rate(here: Town, book: Book, campaign_id: int, seconds: float) -> tuple[float, float]:
    """Numbers dialed each second, and the median second's."""
    async with crew(here.installation, here.passwords_of(4), 1, Manners((0.05, 0.1), (1.0, 2.0))):
        book.change("update campaigns set state='running' where id=?", campaign_id)
        await asyncio.sleep(WARM_UP_S + seconds)
        book.change("update campaigns set state='finished' where id=?", campaign_id)
        await here.quiet()
    each = book.rows(
        "select strftime('%s', planned_at), count(*) from attempts where campaign_id=? and state != 'cancelled'"
        " group by 1 order by 1",
        campaign_id,
    )
    counts = [int(str(count)) for _, count in each][int(WARM_UP_S) : -1]
    return sum(counts) / len(counts), statistics.median(counts)


async def _connect(here: Town, book: Book, campaign_id: int, people: int) -> Spread:
    """From the answer until customer and agent are in one room."""
    query = "select answered_at, connected_at from attempts where campaign_id=? and connected_at is not null"
    async with crew(here.installation, here.passwords_of(4), 2, Manners((0.0, 0.0), (0.5, 1.0))):
        book.change("update campaigns set state='running' where id=?", campaign_id)
        async with asyncio.timeout(60 + people * 3):
            while len(book.rows(query, campaign_id)) < people * 0.95:
                await asyncio.sleep(1)
        book.change("update campaigns set state='finished' where id=?", campaign_id)
        await here.quiet()
    moments = [tuple(datetime.fromisoformat(str(at)) for at in found) for found in book.rows(query, campaign_id)]
    return spread((connected - answered).total_seconds() * 1000 for answered, connected in moments)


def _told(leads: int, rate: tuple[float, float], connected: dict[MachineRule, Spread]) -> str:
    mean, median = rate
    verdict = "met" if mean >= AIM_PER_S else "missed"
    listened, deaf = connected[MachineRule.CONNECT], connected[MachineRule.OFF]
    return f"""## Campaigns: numbers dialed, and answer → agent

A list of {leads:,} numbers that do not exist (404 from the telephone network simulator), SQLite, four agents, ten lines for each
agent who waits: **{mean:.1f} numbers each second** (median second {median:.0f}). The aim, {AIM_PER_S:g}, is {verdict}. Each number costs the
checks of hours, caps and do-not-call, the attempt's row on disk before it is dialed, an originate, its end, its verdict and the lead's
next step; Callroom, Asterisk, the simulator, the agents and the measuring share the machine.

Then twice people who answer ({listened.count} and {deaf.count}), one line for each agent who waits, agents' phones ring and answer at once;
in ms from the answer (the session's first word to the floor) until both are in one room. By default a person comes first: whoever
answers is connected, and each line is listened to beside it, before the answer and after it:

{HEAD}
{row("answer → agent, listened to (as shipped)", listened)}
{row("answer → agent, nobody listens after the answer", deaf)}

The limit is the law's two seconds from the answer; the issue's aim is 300 ms at p99."""


SECTION = Section("campaign", 8, measure)
