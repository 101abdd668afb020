"""Who must not be called, by API: the list, the policy that asks it, and what overruling leaves behind."""

from typing import Any

import aiohttp
import pytest

from crm_core.audit import AuditFilter
from tests.agent_ui.world import Person, World, asked_of

NUMBER = "139 0013 9000"
WAYS = [("/agent/dial", 202), ("/calls/c1/invite", 204), ("/calls/c1/transfer", 204)]


async def listed(person: Person, **whom: Any) -> Any:
    status, answer = await person.call("POST", "/do-not-call", {"reason": "asked us", **whom})
    assert status == 201, answer
    return answer


async def a_customer(person: Person) -> Any:
    return (await person.call("POST", "/customers", {"name": "Li Lei", "phones": [{"number": NUMBER}]}))[1]


async def let_overrule(world: World, *roles: str) -> None:
    admin = await world.person("admin")
    _, rules = await admin.call("GET", "/settings/dialing")
    for role in roles:
        rules[role]["may_overrule"] = True
    assert await admin.call("PUT", "/settings/dialing", rules) == (200, rules)


async def overruled(world: World) -> list[dict[str, Any]]:
    page = await world.parts.memory.audit.page(AuditFilter(action="do_not_call.overrule"))
    return [entry.detail for entry in page.items]


@pytest.mark.parametrize(("path", "done"), WAYS)
async def test_every_way_to_the_outside_is_refused_and_says_who_may_overrule(
    path: str, done: int, world: World
) -> None:
    person = await world.person("agent")
    entry = await listed(person, number=NUMBER)
    status, answer = await person.call("POST", path, {"number": NUMBER})
    assert (status, answer["error"]["code"], answer["error"]["fields"]) == (422, "do_not_call", [])
    await let_overrule(world, "supervisor", "admin")
    _, answer = await person.call("POST", path, {"number": NUMBER, "overrule_reason": "I want to"})
    assert answer["error"]["code"] == "do_not_call"
    assert [field["code"] for field in answer["error"]["fields"]] == ["supervisor", "admin"]
    assert asked_of(world) == []
    boss = await world.person("supervisor")
    removal = f"/do-not-call/{entry['id']}/removal"
    assert (await boss.call("POST", removal, {"reason": "wants calls again"}))[0] == 204
    assert (await boss.call("DELETE", removal))[0] == 204
    assert (await person.call("POST", path, {"number": NUMBER}))[0] == 422
    assert (await boss.call("POST", removal, {"reason": "wants calls again"}))[0] == 204
    assert (await person.call("POST", path, {"number": NUMBER}))[0] == done


@pytest.mark.parametrize(("path", "done"), WAYS)
async def test_who_may_overrule_says_why_and_it_is_written_down(path: str, done: int, world: World) -> None:
    person = await world.person("agent")
    await listed(person, number=NUMBER)
    await let_overrule(world, "agent")
    _, answer = await person.call("POST", path, {"number": NUMBER})
    assert answer["error"]["code"] == "do_not_call_unless"
    _, answer = await person.call("POST", path, {"number": NUMBER, "overrule_reason": "..."})
    assert answer["error"]["fields"][0]["path"] == "overrule_reason"
    assert (await overruled(world), asked_of(world)) == ([], [])
    status, _ = await person.call("POST", path, {"number": NUMBER, "overrule_reason": "they asked for it"})
    assert (status, len(asked_of(world))) == (done, 1)
    way = {"/agent/dial": "dial"}.get(path, path.rpartition("/")[2])
    assert await overruled(world) == [{"number": "139****9000", "reason": "they asked for it", "asked": way}]


async def test_a_reason_that_nobody_needs_is_not_written_down(world: World) -> None:
    person = await world.person("agent")
    await let_overrule(world, "agent")
    status, _ = await person.call("POST", "/agent/dial", {"number": NUMBER, "overrule_reason": "they asked for it"})
    assert (status, await overruled(world)) == (202, [])


async def test_emergency_lines_are_dialed_for_whom_nobody_may_call(world: World) -> None:
    person = await world.person("agent")
    customer = await a_customer(person)
    await listed(person, customer_id=customer["id"])
    status, _ = await person.call("POST", "/agent/dial", {"number": "110", "customer_id": customer["id"]})
    assert (status, await overruled(world)) == (202, [])


async def test_a_customer_is_covered_by_each_number_and_their_page_shows_it(world: World) -> None:
    person = await world.person("agent")
    customer = await a_customer(person)
    assert customer["do_not_call"] is None
    entry = await listed(person, customer_id=customer["id"])
    _, shown = await person.call("GET", f"/customers/{customer['id']}")
    assert (shown["do_not_call"]["id"], shown["do_not_call"]["reason"]) == (entry["id"], "asked us")
    ref = shown["phones"][0]["ref"]
    for whom in ({"number": NUMBER}, {"ref": ref}, {"number": "13800138000", "customer_id": customer["id"]}):
        _, answer = await person.call("POST", "/agent/dial", whom)
        assert answer["error"]["code"] == "do_not_call", whom
    assert (await person.call("POST", "/agent/dial", {"number": "13800138000"}))[0] == 202


async def test_a_number_is_listed_by_what_it_stands_on_and_hidden_from_who_may_not_see_it(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    customer = await a_customer(boss)
    _, shown = await agent.call("GET", f"/customers/{customer['id']}")
    entry = await listed(agent, ref=shown["phones"][0]["ref"])
    assert entry["number"] == "139****9000"
    _, page = await boss.call("GET", "/do-not-call?q=139")
    assert [line["number"] for line in page["items"]] == ["139 0013 9000"]
    status, answer = await boss.call("POST", "/do-not-call", {"number": NUMBER, "reason": "asked us"})
    assert (status, answer["error"]["code"]) == (409, "already_exists")
    assert (await agent.call("GET", "/do-not-call"))[0] == 403


async def test_who_sees_no_numbers_finds_whole_ones_only(world: World) -> None:
    boss, admin = await world.person("supervisor"), await world.person("admin")
    await listed(boss, number=NUMBER)
    masked = {"agent": "masked", "supervisor": "masked", "admin": "see", "reveals_per_day": 3}
    assert (await admin.call("PUT", "/settings/numbers", masked))[0] == 200
    found = {}
    for asked in ("139", "1390013", "13900139000"):
        _, page = await boss.call("GET", f"/do-not-call?q={asked}")
        found[asked] = [line["number"] for line in page["items"]]
    assert found == {"139": [], "1390013": [], "13900139000": ["139****9000"]}


@pytest.mark.parametrize("body", [{}, {"number": NUMBER, "customer_id": 1}, {"number": "Bob"}, {"number": "110"}])
async def test_what_makes_no_sense_is_refused(body: dict[str, Any], world: World) -> None:
    person = await world.person("agent")
    assert (await person.call("POST", "/do-not-call", {"reason": "asked us", **body}))[0] == 422


def form(text: str, **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for name, value in fields.items():
        data.add_field(name, value)
    data.add_field("file", text.encode(), filename="list.csv")
    return data


async def test_numbers_come_from_a_file_and_each_bad_row_is_explained(world: World) -> None:
    boss = await world.person("supervisor")
    data = form("number\n13900139000\nBob\n", reason="from the state", name="list.csv")
    status, answer = await boss.call("POST", "/do-not-call/import", data=data)
    assert status == 200, answer
    assert (answer["row_count"], answer["added"], answer["known"], answer["rejected_rows"]) == (2, 1, 0, 1)
    assert answer["rejected"] == [{"line": 3, "field": "phone", "code": "not_a_phone", "value": "Bob"}]
    _, page = await boss.call("GET", "/do-not-call")
    assert [line["reason"] for line in page["items"]] == ["from the state"]
    status, answer = await boss.call("POST", "/do-not-call/import", data=form("number\n13900139000\n"))
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "reason")
    status, answer = await boss.call("POST", "/do-not-call/import", data=form("", reason="why"))
    assert (status, answer["error"]["code"]) == (422, "empty")


async def test_a_list_of_another_country_is_looked_at_and_taken_as_it_is_seen(world: World) -> None:
    boss = await world.person("supervisor")
    text = "Rufnummer;Notiz\n030 12345678;asked\n13800138000;\n"
    _, seen = await boss.call("POST", "/do-not-call/import/preview", data=form(text, country="DE"))
    assert [[one["number"] or one["code"] for one in row] for row in seen["numbers"]] == [
        ["+493012345678"],
        ["13800138000"],
    ]
    assert (seen["mapping"], seen["refused_rows"]) == ({"0": "phone", "1": "notes"}, 1)
    refused, answer = await boss.call("POST", "/do-not-call/import/preview", data=form(text, mapping='{"1": "phone"}'))
    assert (refused, answer["error"]["fields"][0]["code"]) == (422, "unknown_field"), "an import would not follow it"
    _, answer = await boss.call("POST", "/do-not-call/import", data=form(text, reason="x", country="DE"))
    assert (answer["added"], [one["code"] for one in answer["rejected"]]) == (1, ["not_of_country"])
    _, page = await boss.call("GET", "/do-not-call")
    assert [line["number"] for line in page["items"]] == ["+49 30 12345678"]
