"""What agents talk with, as they, and as administrators, see and set it."""

from dataclasses import replace
from typing import Any

from crm_core.roster import load_roster
from cti.asterisk.secrets import sip_password
from cti.domain.events import RosterChanged
from cti.domain.values import Phone, PhoneKind
from cti.domain.wishes import AgentRedialed
from tests.agent_ui.world import World

KEPT = {"kind": "outside", "number": "139 1111 2222", "persistent": True, "beep": False, "confirm": True}
STORED = {**KEPT, "number": "+8613911112222"}
PAGE = {"kind": "browser", "number": "", "persistent": False, "beep": True, "confirm": True}


async def change(world: World, phone: dict[str, Any]) -> tuple[int, Any]:
    admin = await world.person("admin")
    return await admin.call("PATCH", f"/users/{world.users['agent'].id}", {"phone": phone})


async def test_an_administrator_sets_it_up_and_the_floor_is_told(world: World) -> None:
    status, user = await change(world, KEPT)
    assert (status, user["phone"]) == (200, STORED)
    user_row = await world.parts.memory.users.get(world.users["agent"].id)
    assert user_row.phone == STORED
    person = await world.person("agent")
    assert (await person.call("GET", "/agent/phone"))[1] == {"phone": STORED, "may_change": True}


async def test_what_cannot_be_called_is_refused_at_its_field(world: World) -> None:
    status, answer = await change(world, {**KEPT, "number": "110"})
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "phone.number")
    assert answer["error"]["fields"][0]["code"] == "emergency_number"


async def test_the_audit_log_has_the_change_and_no_number(world: World) -> None:
    await change(world, KEPT)
    admin = await world.person("admin")
    text = str((await admin.call("GET", "/audit"))[1])
    assert "outside" in text
    assert "13911112222" not in text


async def test_agents_choose_and_are_told_the_account_unless_that_is_an_administrators(world: World) -> None:
    person, extension = await world.person("agent"), world.users["agent"].extension
    status, answer = await person.call("PUT", "/agent/phone", {"kind": "sip", "persistent": True})
    expected = {"kind": "sip", "number": "", "persistent": True, "beep": True, "confirm": True}
    assert (status, answer) == (200, {"phone": expected, "may_change": True})
    status, account = await person.call("POST", "/agent/phone/account")
    key = world.parts.config.secrets.asterisk.sip_key
    assert (status, account["account"]) == (200, f"desk-{extension}")
    assert account["password"] == sip_password(key, f"desk-{extension}")
    admin = await world.person("admin")
    assert "user.desk_account" in str((await admin.call("GET", "/audit"))[1])
    config = world.parts.config
    world.parts.config = replace(config, telephone=replace(config.telephone, agents_choose_phones=False))
    for method, path, body in (("PUT", "/agent/phone", {"kind": "browser"}), ("POST", "/agent/phone/account", None)):
        status, answer = await person.call(method, path, body)
        assert (status, answer["error"]["code"]) == (409, "phone_by_admin")
    assert (await person.call("GET", "/agent/phone"))[1] == {"phone": expected, "may_change": False}


async def test_a_press_calls_the_phone_that_is_kept_up(world: World) -> None:
    person = await world.person("agent")
    assert (await person.call("POST", "/agent/phone/redial"))[0] == 204
    assert world.telephony.requests == [AgentRedialed(world.users["agent"].id)]


async def test_a_desk_phones_account_is_told_to_administrators_and_that_is_written_down(world: World) -> None:
    agent, admin = world.users["agent"], await world.person("admin")
    status, account = await admin.call("POST", f"/users/{agent.id}/desk-account")
    assert (status, account["account"]) == (200, f"desk-{agent.extension}")
    key = world.parts.config.secrets.asterisk.sip_key
    assert (
        account["password"] == sip_password(key, f"desk-{agent.extension}") != sip_password(key, agent.extension or "")
    )
    assert "user.desk_account" in str((await admin.call("GET", "/audit"))[1])
    nobody = world.users["admin"]
    assert (await admin.call("POST", f"/users/{nobody.id}/desk-account"))[1]["error"]["code"] == "no_extension"


async def test_the_roster_has_it(world: World) -> None:
    await change(world, KEPT)
    roster = await load_roster(world.parts.memory.database)
    phones = {one.agent_id: one.phone for one in roster.agents}
    assert phones[world.users["agent"].id] == Phone(PhoneKind.OUTSIDE, "+8613911112222", persistent=True, beep=False)


async def test_rules_that_change_hold_for_a_phone_that_was_chosen_before(world: World) -> None:
    await change(world, KEPT)
    admin, agent_id = await world.person("admin"), world.users["agent"].id
    rules = (await admin.call("GET", "/settings/dialing"))[1]
    for blocked, why in ((["139"], "number_blocked"), ([], "")):
        changed = {**rules, "agent": {**rules["agent"], "blocked": blocked}}
        assert (await admin.call("PUT", "/settings/dialing", changed))[0] == 200
        roster = await load_roster(world.parts.memory.database)
        assert {one.agent_id: one.phone_refusal for one in roster.agents}[agent_id] == why
        assert world.telephony.requests[-1] == RosterChanged(roster)


async def test_who_may_not_have_numbers_called_cannot_choose_one(world: World) -> None:
    admin = await world.person("admin")
    rules = (await admin.call("GET", "/settings/dialing"))[1]
    await admin.call("PUT", "/settings/dialing", {**rules, "agent": {**rules["agent"], "may_dial": False}})
    status, answer = await change(world, KEPT)
    assert (status, answer["error"]["fields"][0]["code"]) == (422, "dial_not_allowed")
