"""What rang at oneself in vain, by API."""

from datetime import timedelta

from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from cti.domain.facts import CallStarted, OfferEnded, OfferMade
from cti.domain.values import Caller, OfferResult
from tests.agent_ui.world import World


async def test_each_has_their_own_and_no_whole_number_where_it_is_masked(world: World) -> None:
    agent, supervisor, now = await world.person("agent"), await world.person("supervisor"), world.parts.clock.now()
    me = world.users["agent"].id
    facts = (
        CallStarted("c1", "l1", "n1", Caller("13800138000"), "4001", now),
        OfferMade("c1", me, "l2", "longest idle"),
        OfferEnded("c1", me, "l2", OfferResult.MISSED),
    )
    entries = [Entry(f"k{place}", place, now, fact) for place, fact in enumerate(facts)]
    await world.parts.memory.database.write(lambda connection: write_group(connection, entries))
    since = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    status, mine = await agent.call("GET", f"/agent/missed?from={since}")
    assert status == 200
    [one] = mine["items"]
    assert (one["call_id"], one["name"], one["queue"]) == ("c1", "", "")
    assert one["number"] not in (None, "13800138000")
    assert (await supervisor.call("GET", f"/agent/missed?from={since}"))[1]["items"] == []
    assert (await agent.call("GET", "/agent/missed"))[0] == 422
