"""Calling somebody outside, by number or by what a number stands on."""

from typing import Any

import pytest

from crm_core.audit import SYSTEM
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.queues import QueueDraft
from cti.domain.dial_facts import CallDialed
from cti.domain.events import CallRecognised
from cti.domain.facts import CallEnded, CallStarted, CallTransferred, Fact, PartyInvited, TalkStarted
from cti.domain.values import Caller, Direction, EndReason
from cti.domain.wishes import AgentDialed, AgentInvited, AgentTransferred
from cti.errors import Refused
from tests.agent_ui.world import Person, World, asked_of

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


# --- the rules ---


async def set_rules(world: World, **agent: Any) -> None:
    admin = await world.person("admin")
    _, rules = await admin.call("GET", "/settings/dialing")
    others = ("per_agent_hour", "per_number_day", "own_numbers", "caller_ids")
    caps = {name: agent.pop(name) for name in others if name in agent}
    body = {**rules, **caps, "agent": {**rules["agent"], **agent}}
    assert await admin.call("PUT", "/settings/dialing", body) == (200, body)


async def refusal(person: Person, number: str = NUMBER) -> str:
    status, answer = await dial(person, number=number)
    return "" if status == 202 else str(answer["error"]["code"])


async def test_what_an_administrator_says_holds_for_the_next_number(world: World) -> None:
    person, other = await world.person("agent"), await world.person("supervisor")
    assert await refusal(person) == ""
    await set_rules(world, blocked=["139"])
    assert await refusal(person) == "number_blocked"
    assert await refusal(other) == "", "another role"
    await set_rules(world, may_dial=False)
    assert await refusal(person) == "dial_not_allowed"
    assert await refusal(person, "110") == "", "whatever the rules say"


async def test_consulting_and_transfer_ask_the_same_rules(world: World) -> None:
    person = await world.person("agent")
    await set_rules(world, kinds=["mobile"], shown_as="4001", own_numbers=["4001"])
    for path in ("/calls/c1/invite", "/calls/c1/transfer"):
        status, answer = await person.call("POST", path, {"number": "+1 650 253 0000"})
        assert (status, answer["error"]["code"]) == (422, "kind_not_allowed")
        assert (await person.call("POST", path, {"number": NUMBER}))[0] == 204
    me = world.users["agent"].id
    assert asked_of(world) == [
        AgentInvited(me, "c1", None, "+8613900139000", "4001"),
        AgentTransferred(me, "c1", None, None, "+8613900139000", "4001"),
    ]


async def test_which_number_of_ours_is_shown(world: World) -> None:
    person = await world.person("agent")
    await set_rules(world, shown_as="+8675512345678", own_numbers=["0755-12345678".replace("-", "")])
    await dial(person, number=NUMBER)
    await set_rules(world, shown_as="", withheld=True)
    await dial(person, number=NUMBER)
    shown = [(event.shown_as, event.withheld) for event in asked_of(world)]
    assert shown == [("+8675512345678", False), ("", True)]


def shown_for(number: str = "", *, withheld: bool = False, **whose: int) -> dict[str, Any]:
    return {"user_id": None, "queue_id": None, "shown_as": number, "withheld": withheld, **whose}


async def test_a_teams_number_is_shown_by_every_way_to_the_outside(world: World) -> None:
    memory, by = world.parts.memory, SYSTEM
    support = await memory.queues.add(QueueDraft("Support line"), by)
    sales = await memory.queues.add(QueueDraft("Sales line"), by)
    me = world.users["agent"].id
    await memory.users.change(me, None, {"queue_ids": (support.id,)}, by)
    person = await world.person("agent")
    rules = [shown_for("4003", queue_id=sales.id), shown_for("4002", queue_id=support.id)]
    await set_rules(world, shown_as="4001", own_numbers=["4001", "4002", "4003"], caller_ids=rules)
    world.telephony.floor.views["call:c1"] = {"queue_id": sales.id}
    for path in ("/agent/dial", "/calls/c1/invite", "/calls/c1/transfer"):
        assert (await person.call("POST", path, {"number": NUMBER}))[0] in {202, 204}
    assert [event.shown_as for event in asked_of(world)] == ["4002", "4003", "4003"], "of the call's queue"
    await set_rules(world, caller_ids=[*rules, shown_for(withheld=True, user_id=me)])
    await dial(person, number=NUMBER)
    assert (asked_of(world)[-1].shown_as, asked_of(world)[-1].withheld) == ("", True)
    await set_rules(world, own_numbers=["4001"], caller_ids=[])
    await dial(person, number=NUMBER)
    assert asked_of(world)[-1].shown_as == "4001"


@pytest.mark.parametrize(
    ("agent", "rules", "path", "code"),
    [
        ({"shown_as": "13800138000"}, [], "agent.shown_as", "not_own"),
        ({}, [shown_for("4009", user_id=1)], "caller_ids.0.shown_as", "not_own"),
        ({}, [shown_for("4001", user_id=999)], "caller_ids.0.whose", "unknown_user"),
        ({}, [shown_for("4001", queue_id=999)], "caller_ids.0.whose", "unknown_queue"),
        ({}, [shown_for("4001", user_id=1), shown_for(user_id=1)], "caller_ids.1.whose", "duplicate"),
        ({}, [shown_for("4001")], "caller_ids.0", "invalid"),
    ],
)
async def test_only_numbers_of_ours_are_shown_for_people_and_queues_that_there_are(
    agent: dict[str, Any], rules: list[dict[str, Any]], path: str, code: str, world: World
) -> None:
    admin = await world.person("admin")
    _, before = await admin.call("GET", "/settings/dialing")
    body = {**before, "agent": {**before["agent"], **agent}, "own_numbers": ["4001"], "caller_ids": rules}
    status, answer = await admin.call("PUT", "/settings/dialing", body)
    assert status == 422
    assert [(field["path"], field["code"]) for field in answer["error"]["fields"]] == [(path, code)]
    assert (await admin.call("GET", "/settings/dialing"))[1] == before


async def test_numbers_that_callers_dial_are_ours_while_they_are_in_use(world: World) -> None:
    person, memory = await world.person("agent"), world.parts.memory
    flow = await memory.flows.add("Any", {}, SYSTEM)
    await memory.entry_numbers.put("4007", "Hotline", flow.id, SYSTEM)
    await set_rules(world, shown_as="4007")
    await dial(person, number=NUMBER)
    await memory.entry_numbers.remove("4007", SYSTEM)
    await dial(person, number=NUMBER)
    assert [event.shown_as for event in asked_of(world)] == ["4007", ""]


@pytest.mark.parametrize(("cap", "code"), [("per_agent_hour", "dial_cap_agent"), ("per_number_day", "dial_cap_number")])
async def test_caps_count_what_the_log_has(cap: str, code: str, world: World) -> None:
    person = await world.person("agent")
    await set_rules(world, **{cap: 1})
    assert await refusal(person) == ""
    now = world.parts.clock.now()
    started = CallStarted("o1", "", "n1", Caller("+8613900139000"), "", now, Direction.OUTBOUND)
    facts = (started, CallDialed("o1", world.users["agent"].id, "n1-leg"))

    async def written(connection: Any) -> None:
        for place, fact in enumerate(facts):
            await write_group(connection, [Entry(f"k{place}", place, now, fact)])

    await world.parts.memory.database.write(written)
    assert await refusal(person) == code


async def test_caps_are_kept_by_every_way_to_the_outside_and_count_who_was_invited(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    await set_rules(world, per_agent_hour=1)
    now = world.parts.clock.now()
    facts = (
        CallStarted("o1", "", "n1", Caller("+8613900139000"), "4001", now, Direction.INBOUND),
        TalkStarted("o1", me, "n1-leg", None, 0.0, None),
        PartyInvited("o1", "p1", me, None, "+8613900139001"),
    )

    async def written(connection: Any) -> None:
        for place, fact in enumerate(facts):
            await write_group(connection, [Entry(f"k{place}", place, now, fact)])

    assert (await person.call("POST", "/calls/c1/transfer", {"number": NUMBER}))[0] == 204
    await world.parts.memory.database.write(written)
    for path in ("/calls/c1/invite", "/calls/c1/transfer"):
        status, answer = await person.call("POST", path, {"number": NUMBER})
        assert (status, answer["error"]["code"]) == (422, "dial_cap_agent")
    assert await refusal(person) == "dial_cap_agent"


@pytest.mark.parametrize("way", ["dialed", "invited", "transferred", "called back"])
@pytest.mark.parametrize(("cap", "code"), [("per_agent_hour", "dial_cap_agent"), ("per_number_day", "dial_cap_number")])
async def test_every_way_to_a_number_counts_once_in_both_caps(way: str, cap: str, code: str, world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    now, theirs = world.parts.clock.now(), "+8613900139000"
    is_ours = way in ("dialed", "called back")
    caller = Caller(theirs if is_ours else "13500135000")
    started = CallStarted("o1", "", "n1", caller, "", now, Direction.OUTBOUND if is_ours else Direction.INBOUND)
    talk = TalkStarted("o1", me, "n1-leg", None, 0.0, None)
    facts: dict[str, tuple[Fact, ...]] = {
        "dialed": (started, CallDialed("o1", me, "n1-leg")),
        "invited": (started, talk, PartyInvited("o1", "p1", me, None, theirs)),
        "transferred": (started, talk, CallTransferred("o1", me, False, None, None, theirs)),
        "called back": (started, talk),
    }

    async def written(connection: Any) -> None:
        for place, fact in enumerate(facts[way]):
            await write_group(connection, [Entry(f"k{place}", place, now, fact)])

    await set_rules(world, **{cap: 2})
    await world.parts.memory.database.write(written)
    assert await refusal(person) == "", "it counts once"
    await set_rules(world, **{cap: 1})
    assert await refusal(person) == code


async def test_an_announced_transfer_was_counted_when_they_were_invited(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    now, theirs = world.parts.clock.now(), "+8613900139000"
    facts: tuple[Fact, ...] = (
        CallStarted("o1", "", "n1", Caller("13500135000"), "", now, Direction.INBOUND),
        PartyInvited("o1", "p1", me, None, theirs),
        CallTransferred("o1", me, True, None, None, theirs),
        # a callback that no agent took has dialed nobody
        CallStarted("o2", "", "n1", Caller(theirs), "", now, Direction.OUTBOUND),
        CallEnded("o2", EndReason.CANCELLED, 16, None, None, 0.0, 0.0),
    )

    async def written(connection: Any) -> None:
        for place, fact in enumerate(facts):
            await write_group(connection, [Entry(f"k{place}", place, now, fact)])

    await world.parts.memory.database.write(written)
    await set_rules(world, per_number_day=2)
    assert await refusal(person) == ""


async def test_rules_that_make_no_sense_are_refused(world: World) -> None:
    admin = await world.person("admin")
    _, rules = await admin.call("GET", "/settings/dialing")
    for wrong in ({"kinds": ["raw"]}, {"blocked": ["abc"]}, {"shown_as": "4001; drop"}):
        status, _ = await admin.call("PUT", "/settings/dialing", {**rules, "agent": {**rules["agent"], **wrong}})
        assert status == 422, wrong
