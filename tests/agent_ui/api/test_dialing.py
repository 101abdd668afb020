"""Calling somebody outside, by number or by what a number stands on."""

from typing import Any

import pytest

from cti.domain.events import CallRecognised
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
from tests.agent_ui.world import Person, World

NUMBER = "139 0013 9000"


async def dial(person: Person, **body: Any) -> tuple[int, Any]:
    return await person.call("POST", "/agent/dial", body)


async def a_customer(person: Person, name: str = "Li Lei", number: str = NUMBER) -> Any:
    _, answer = await person.call("POST", "/customers", {"name": name, "phones": [{"number": number}]})
    return answer


async def test_a_number_is_dialed_as_the_trunk_wants_it(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    status, answer = await dial(person, number=NUMBER, task_id=7)
    assert status == 202
    assert world.telephony.requests == [AgentDialed(me, answer["call_id"], "+8613900139000", task_id=7)]
    assert world.telephony.steps == []


async def test_whoever_has_the_number_is_recognised(world: World) -> None:
    person = await world.person("agent")
    customer = await a_customer(person)
    _, answer = await dial(person, number=NUMBER)
    assert world.telephony.steps == [CallRecognised(answer["call_id"], customer["id"], "Li Lei", None, "")]


async def test_of_several_who_have_it_the_one_that_was_meant(world: World) -> None:
    person = await world.person("agent")
    await a_customer(person)
    other = await a_customer(person, "Han Mei")
    await dial(person, number=NUMBER)
    assert world.telephony.steps == []
    await dial(person, number=NUMBER, customer_id=other["id"])
    assert [step.customer_id for step in world.telephony.steps] == [other["id"]]
    await dial(person, number=NUMBER, customer_id=999_999)
    assert len(world.telephony.steps) == 1


async def test_who_may_not_see_a_number_dials_it_by_what_it_stands_on(world: World) -> None:
    customer = await a_customer(await world.person("supervisor"))
    masked = await world.person("agent")
    _, shown = await masked.call("GET", f"/customers/{customer['id']}")
    phone = shown["phones"][0]
    assert "*" in phone["number"]
    status, answer = await dial(masked, ref=phone["ref"])
    assert status == 202
    assert world.telephony.requests[-1].number == "+8613900139000"
    assert "9000" not in str(answer)
    assert (await dial(masked, number=phone["number"]))[1]["error"]["code"] == "not_a_number"
    assert (await dial(masked, ref="point:999"))[0] == 404


async def test_the_floors_refusal_and_a_wrong_target_are_told(world: World) -> None:
    person = await world.person("agent")
    world.telephony.refusal = Refused("disposition_missing")
    assert (await dial(person, number=NUMBER))[1]["error"]["code"] == "disposition_missing"
    world.telephony.refusal = Refused("phone_busy")
    status, answer = await dial(person, number=NUMBER)
    assert (status, answer["error"]["code"]) == (409, "phone_busy")
    assert (await dial(person))[0] == (await dial(person, number="1", ref="point:1"))[0] == 422


async def test_a_call_that_is_over_at_once_is_dialed_all_the_same(world: World) -> None:
    person = await world.person("agent")
    await a_customer(person)
    world.telephony.step_refusal = Refused("unknown_call")
    assert (await dial(person, number=NUMBER))[0] == 202


@pytest.mark.parametrize("who", ["admin"])
async def test_without_an_extension_nobody_dials(who: str, world: World) -> None:
    person = await world.person(who)
    assert (await dial(person, number=NUMBER))[1]["error"]["code"] == "no_extension"
