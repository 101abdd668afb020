"""PostgreSQL is killed while two talk on a real Asterisk: the talk goes on, the next call comes, nothing is lost."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from tests.bench.seat import seat
from tests.crm_core.conftest import open_cluster
from tests.crm_core.postgres import Cluster
from tests.faults.crew import Manners, crew
from tests.faults.invariants import Visit, check_kept, check_log, until_sound
from tests.faults.listener import carrier_of, listening
from tests.faults.town import STRAIGHT, town, until

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres, pytest.mark.asyncio(loop_scope="session")]
# One of the demonstration's customers, who are known by their numbers, and nobody.
KNOWN, STRANGER = "+8613800138000", "+8613500137501"
TALK_S = 10.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with open_cluster(durable=True) as running:
        yield running


async def test_killed_in_a_talk(cluster: Cluster) -> None:
    manners = Manners(talks_s=(TALK_S, TALK_S))
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(town(cluster.url("postgres"), forked=True))
        await here.let_phones_be_mute()
        agents = await stack.enter_async_context(crew(here.installation, here.passwords_of(2), 1, manners))
        carrier = await stack.enter_async_context(carrier_of(here.installation.base_port + 4))
        watcher = await stack.enter_async_context(seat(here.installation, "supervisor"))
        began_at = datetime.now(UTC)  # noqa: TID251 - the story happens in real time

        _, first = await stack.enter_async_context(listening(carrier, STRAIGHT, STRANGER))
        await until(lambda: any(agent.me.get("state") == "talking" for agent in agents), 20, "a talk")
        (talker,) = [agent for agent in agents if agent.me.get("state") == "talking"]
        (other,) = [agent for agent in agents if agent is not talker]
        first_id = talker.me["call_id"]
        cluster.kill()
        talker.history.clear()

        _, second = await stack.enter_async_context(listening(carrier, STRAIGHT, KNOWN))
        await until(lambda: other.me.get("state") == "talking", 20, "who calls now is put through")
        second_id = other.me["call_id"]
        assert watcher.objects[f"call:{second_id}"]["customer_id"] is None, "unknown for now"
        await until(lambda: first.is_over, TALK_S + 10, "the agent ends the talk")
        first_over_at = datetime.now(UTC)  # noqa: TID251
        assert {call_id for _, call_id in talker.history} == {first_id}, talker.history
        await until(lambda: talker.me.get("state") == "wrap_up", 10, "wrap-up")
        await until(lambda: second.is_over, TALK_S + 10, "the second talk's end")
        second_over_at = datetime.now(UTC)  # noqa: TID251
        assert (talker.acknowledged, other.acknowledged) == ({}, {}), "nobody is told that it was kept"

        cluster.start()
        await until(lambda: first_id in talker.acknowledged and second_id in other.acknowledged, 30, "dispositions")
        visits = [
            Visit(STRANGER, began_at, first_over_at, "switch"),
            Visit(KNOWN, began_at, second_over_at, "switch"),
        ]
        async with seat(here.installation, "supervisor") as admin:
            await check_log(admin, visits)
            await check_kept(admin, talker.acknowledged | other.acknowledged)
        await until_sound(here.installation, 20)
