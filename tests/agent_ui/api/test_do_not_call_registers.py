"""How old registers are, by API."""

from datetime import timedelta

from tests.agent_ui.world import World


async def test_who_manages_the_list_states_of_which_day_a_register_is(world: World) -> None:
    boss, now = await world.person("supervisor"), world.parts.clock.now()
    _, answer = await boss.call("GET", "/do-not-call/registers")
    (one,) = answer["items"]
    assert (one["policy"], one["age_max_days"], one["as_of"], one["is_old"]) == ("us-ftc", 31, None, True)
    body = {"as_of": (now - timedelta(days=30)).isoformat(), "source": "FTC, all area codes"}
    status, noted = await boss.call("PUT", "/do-not-call/registers/us-ftc", body)
    assert (status, noted["is_old"], noted["source"]) == (200, False, "FTC, all area codes")
    assert noted["noted_by_name"]
    old = {**body, "as_of": (now - timedelta(days=32)).isoformat()}
    assert (await boss.call("PUT", "/do-not-call/registers/us-ftc", old))[1]["is_old"]
    assert (await boss.call("GET", "/do-not-call/registers"))[1]["items"][0]["is_old"]


async def test_what_makes_no_sense_is_refused(world: World) -> None:
    boss, agent, now = await world.person("supervisor"), await world.person("agent"), world.parts.clock.now()
    body = {"as_of": now.isoformat(), "source": "FTC"}
    assert (await agent.call("PUT", "/do-not-call/registers/us-ftc", body))[0] == 403
    assert (await boss.call("PUT", "/do-not-call/registers/de", body))[0] == 422
    later = {**body, "as_of": (now + timedelta(days=1)).isoformat()}
    assert (await boss.call("PUT", "/do-not-call/registers/us-ftc", later))[0] == 422
