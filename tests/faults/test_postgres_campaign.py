"""PostgreSQL is killed while a campaign dials, and comes back later: talks go on, and nobody is dialed twice.

Nobody is dialed meanwhile: who is due, and who must not be called, stands there.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.crm_core.conftest import open_cluster
from tests.crm_core.postgres import Cluster
from tests.faults.callees import Callee
from tests.faults.campaign_run import new_campaign, of, take_on
from tests.faults.counted import check_counted
from tests.faults.crew import Agent, Manners, crew
from tests.faults.reading import dialed_at_the_carrier, keep_who_is_dialed
from tests.faults.town import Town, town, until

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres, pytest.mark.asyncio(loop_scope="session")]

TALK_S = 9.0
SLOW = Manners((0.05, 0.1), (TALK_S, TALK_S))
# Those who answer talk for longer than agents do.
ENDINGS = ["2000", "0202", "0205", "2000", "0204", "0202"] * 6
AWAY_S, KILLED_AFTER, BACK_WITHIN_S, TRIED_WITHIN_S = 20.0, 12, 30.0, 60.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with open_cluster(durable=True) as running:
        yield running


@dataclass
class Story:
    town: Town
    admin: Seat
    agents: list[Agent]
    path: str

    async def log(self) -> list[dict[str, Any]]:
        return await self.admin.all_of(f"{self.path}/attempts?")

    async def dialed(self) -> Counter[str]:
        return await dialed_at_the_carrier(self.town.installation)

    def talking(self) -> list[Agent]:
        return [agent for agent in self.agents if agent.me.get("state") == "talking"]

    async def until_tried(self, count: int, timeout_s: float) -> float:
        async def tried() -> bool:
            await asyncio.sleep(0.2)
            return len(await self.log()) >= count

        return await eventually(tried, timeout_s, f"{count} were called")


@asynccontextmanager
async def dialing(cluster: Cluster, people: list[Callee]) -> AsyncIterator[Story]:
    """Four agents, and a campaign that runs."""
    async with town(cluster.url("postgres"), forked=True) as here:
        await here.let_phones_be_mute()
        await keep_who_is_dialed(here.installation)
        async with seat(here.installation, "admin") as admin:
            (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
            path = await new_campaign(admin, line["id"], {"ring_s": 15.0})
            await take_on(admin, path, people)
            async with crew(here.installation, here.passwords_of(4), 1, SLOW) as agents:
                await admin.ask("POST", f"{path}/steps", {"step": "started"})
                yield Story(here, admin, agents, path)


async def test_killed_while_a_campaign_dials(cluster: Cluster) -> None:
    people = [Callee(f"+86133{place:04}{ending}", ending[-2:]) for place, ending in enumerate(ENDINGS)]
    async with dialing(cluster, people) as story:
        await story.until_tried(KILLED_AFTER, TRIED_WITHIN_S)
        await until(lambda: len(story.talking()) >= 2, 30, "two talks")
        talks = {agent.login: agent.me["call_id"] for agent in story.talking()}
        cluster.kill()
        killed_s = time.monotonic()
        for agent in story.agents:
            agent.history.clear()
        await until(lambda: story.agents[0].system["database"]["reason"] == "database_unreachable", 10, "it is told")
        with pytest.raises(RuntimeError, match=r"503 .*database_unavailable"):
            await story.admin.ask("GET", f"{story.path}/live")
        then = await story.dialed()
        for agent in story.agents:
            if agent.login in talks:
                over = ("wrap_up", talks[agent.login])
                await until(lambda agent=agent, over=over: over in agent.history, TALK_S + 3, "the talk's end")  # type: ignore[misc]
                assert agent.history[-1] == over, agent.history
        away_s = time.monotonic() - killed_s
        await asyncio.sleep(AWAY_S - away_s)  # that is what is told here: how long it is away
        assert await story.dialed() == then, "nobody is dialed without the database"
        cluster.start()
        back_s = time.monotonic()

        async def dials() -> bool:
            await asyncio.sleep(0.2)
            return (await story.dialed()).total() > then.total()

        await eventually(dials, BACK_WITHIN_S, "it dials again")
        print(f"dialed again {time.monotonic() - back_s:.1f} s after it was back")
        await story.until_tried(len(people), TRIED_WITHIN_S)

        async def all_settled() -> bool:
            return all(one["verdict"] for one in await story.log())

        await eventually(all_settled, TRIED_WITHIN_S, "each has its verdict")
        log, dialed = await story.log(), await story.dialed()
        calls = [await story.admin.ask("GET", f"/calls/{call_id}") for call_id in talks.values()]
    print(f"{then.total()} dialed when it was killed, {dialed.total()} in all; {Counter(o['verdict'] for o in log)}")
    assert Counter(of(one["number"]) for one in log) == Counter(one.number for one in people)
    assert [(call["end_reason"], call["talked_s"] >= TALK_S - 1) for call in calls] == [("agent_hung_up", True)] * len(
        calls
    )
    check_counted(dialed, [(one["number"], one["verdict"]) for one in log], frozenset())
