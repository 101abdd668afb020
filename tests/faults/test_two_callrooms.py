"""Two Callrooms, each with a home, a switch and a trunk of its own, on one PostgreSQL: one dials at a time."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.crm_core.conftest import open_cluster
from tests.crm_core.postgres import Cluster
from tests.faults.callees import Callee
from tests.faults.campaign_run import new_campaign, of, take_on
from tests.faults.counted import check_counted
from tests.faults.crew import Manners, crew
from tests.faults.reading import dialed_at_the_carrier, keep_who_is_dialed
from tests.faults.town import Town, town
from tests.installation import Installation

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres, pytest.mark.asyncio(loop_scope="session")]

QUICK = Manners((0.05, 0.1), (1.0, 2.0))
# So many that some are left when the second has been refused, for which it waits a while, and the first is killed.
ENDINGS = ["0200", "0202", "0208", "0205", "0204"] * 16
KILLED_AFTER, TRIED_WITHIN_S = 12, 90.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with open_cluster(durable=True) as running:
        yield running


@asynccontextmanager
async def second(cluster: Cluster) -> AsyncIterator[Installation]:
    """Not started."""
    made = Installation(forked=True)
    (made.home / "callroom.toml").write_text(f'[database]\nurl = "{cluster.url("postgres")}"\n')
    try:
        yield made
    finally:
        await made.stop()


async def a_campaign(first: Town, people: list[Callee]) -> str:
    async with seat(first.installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
        path = await new_campaign(admin, line["id"], {"ring_s": 15.0})
        await take_on(admin, path, people)
        await admin.ask("POST", f"{path}/steps", {"step": "started"})
    return path


async def until_tried(admin: Seat, path: str, count: int) -> None:
    async def tried() -> bool:
        await asyncio.sleep(0.2)
        return len(await admin.all_of(f"{path}/attempts?")) >= count

    await eventually(tried, TRIED_WITHIN_S, f"{count} were called")


async def test_one_dials_and_the_other_takes_over_when_it_is_killed(cluster: Cluster) -> None:
    people = [Callee(f"+86132{place:04}{ending}", ending[-2:]) for place, ending in enumerate(ENDINGS)]
    async with town(cluster.url("postgres"), forked=True) as first, second(cluster) as other:
        await keep_who_is_dialed(first.installation)
        path = await a_campaign(first, people)
        async with crew(first.installation, first.passwords_of(4), 1, QUICK):
            async with seat(first.installation, "admin") as admin:
                await until_tried(admin, path, KILLED_AFTER)
                with pytest.raises(AssertionError, match="another Callroom"):
                    await other.start()
                tried = len(await admin.all_of(f"{path}/attempts?"))
                await until_tried(admin, path, tried + 1)
            await first.installation.end_process(signal.SIGKILL)
        dialed = await dialed_at_the_carrier(first.installation)
        await other.start()
        await keep_who_is_dialed(other)
        password = first.installation.passwords["admin"]
        async with seat(other, "admin", password) as admin, crew(other, first.passwords_of(4), 2, QUICK):
            await until_tried(admin, path, len(people))

            async def all_settled() -> bool:
                return all(one["verdict"] for one in await admin.all_of(f"{path}/attempts?"))

            await eventually(all_settled, TRIED_WITHIN_S, "each has its verdict")
            log = await admin.all_of(f"{path}/attempts?")
        there = await dialed_at_the_carrier(other)
    verdicts = Counter(one["verdict"] for one in log)
    print(f"{dialed.total()} dialed by the first, {there.total()} by the second; {dict(verdicts)}")
    assert Counter(of(one["number"]) for one in log) == Counter(one.number for one in people)
    assert there.total() > 0
    check_counted(dialed + there, [(one["number"], one["verdict"]) for one in log])
