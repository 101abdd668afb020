"""Campaigns by API: set up, steps, lists and people from files, and who may do any of it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData

from crm_core.audit import SYSTEM, AuditFilter
from crm_core.due_leads import DueLeads
from crm_core.errors import StorageError
from crm_core.importing import lead_importer
from tests.agent_ui.world import Person, World

MASKED = {"agent": "masked", "supervisor": "masked", "admin": "see", "reveals_per_day": 2}
TABLE = "姓名,手机,车型\n张伟,13800138000,SUV\nAnn,hello,\n李,13800138001,\n"


async def queue_id(world: World) -> int:
    return (await world.parts.memory.queues.all())[0].id


async def body_of(world: World, **more: Any) -> dict[str, Any]:
    return {"name": "Spring", "mode": "predictive", "queue_id": await queue_id(world), "policies": ["cn"], **more}


async def a_campaign(world: World, boss: Person, **more: Any) -> Any:
    status, answer = await boss.call("POST", "/campaigns", await body_of(world, **more))
    assert status == 201, answer
    return answer


async def a_list(boss: Person, campaign: Any, name: str = "North") -> Any:
    status, answer = await boss.call("POST", f"/campaigns/{campaign['id']}/lists", {"name": name})
    assert status == 201, answer
    return answer


def form(text: str, **fields: str) -> FormData:
    data = FormData()
    data.add_field("file", text.encode(), filename="list.csv")
    for name, value in fields.items():
        data.add_field(name, value)
    return data


async def imported(boss: Person, campaign: Any, into: Any, text: str, **fields: str) -> Any:
    data = form(text, **{"mapping": '{"0": "name", "1": "phone"}', "name": "list.csv", **fields})
    return await ended(boss, campaign, f"lists/{into['id']}/import", data)


async def ended(boss: Person, campaign: Any, path: str, data: FormData) -> Any:
    status, job = await boss.call("POST", f"/campaigns/{campaign['id']}/{path}", data=data)
    assert status == 202, job
    for _ in range(200):
        _, job = await boss.call("GET", f"/campaigns/{campaign['id']}/imports/{job['id']}")
        if job["state"] != "running":
            return job
        await asyncio.sleep(0.02)
    raise AssertionError(job)


async def test_only_supervisors_and_administrators_manage_campaigns(world: World) -> None:
    agent, boss = await world.person("agent"), await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    for method, path, body in (
        ("GET", "/campaigns", None),
        ("POST", "/campaigns", await body_of(world, name="Summer")),
        ("GET", "/campaigns/choices", None),
        ("GET", f"/campaigns/{campaign['id']}", None),
        ("DELETE", f"/campaigns/{campaign['id']}", None),
        ("POST", f"/campaigns/{campaign['id']}/steps", {"step": "started"}),
        ("GET", f"/campaigns/{campaign['id']}/leads", None),
        ("GET", f"/campaigns/{campaign['id']}/imports", None),
    ):
        status, answer = await agent.call(method, path, body)
        assert (status, answer["error"]["code"]) == (403, "not_allowed"), path


async def test_a_campaign_is_made_changed_and_removed(world: World) -> None:
    boss = await world.person("supervisor")
    _, choices = await boss.call("GET", "/campaigns/choices")
    policies = {policy["name"]: policy for policy in choices["policies"]}
    assert policies["cn"]["hours"][0] == [["09:00", "21:00"]]
    assert policies["us-ftc"]["abandonment_limit_ratio"] == 0.03
    assert all(policy["sources"] for policy in choices["policies"])
    campaign = await a_campaign(world, boss)
    assert (campaign["state"], campaign["version"], campaign["rules"]) == ("draft", 1, choices["rules"])
    assert campaign["steps"] == ["scheduled", "started", "finished"]
    rules = {"lines_max": 5, "retries": [{"verdicts": ["busy"], "after_s": [60], "attempts_max": 2}]}
    changed_body = await body_of(world, version=1, rules=rules)
    status, changed = await boss.call("PUT", f"/campaigns/{campaign['id']}", changed_body)
    assert (status, changed["rules"]["lines_max"], len(changed["rules"]["retries"])) == (200, 5, 1)
    status, answer = await boss.call("PUT", f"/campaigns/{campaign['id']}", changed_body)
    assert (status, answer["error"]["code"]) == (409, "version_conflict")
    assert (await boss.call("GET", "/campaigns"))[1]["items"] == [changed]
    assert (await boss.call("DELETE", f"/campaigns/{campaign['id']}"))[0] == 204
    assert (await boss.call("GET", f"/campaigns/{campaign['id']}"))[0] == 404


@pytest.mark.parametrize(
    ("more", "path", "code"),
    [
        ({"policies": ["atlantis"]}, "policies", "unknown_policy"),
        ({"policies": ["us-ftc"], "rules": {"abandonment_limit_ratio": 0.05}},
         "rules.abandonment_limit_ratio", "not_stricter"),
        ({"rules": {"shown_as": ["+4912345678"]}}, "rules.shown_as", "not_ours"),
        ({"rules": {"shown_by": "whim"}}, "rules.shown_by", "unknown_choice"),
        ({"rules": {"shown_per_hour": 0}}, "rules.shown_per_hour", "out_of_range"),
        ({"rules": {"hours": [[]] * 7}}, "rules.hours", "never_open"),
        ({"rules": {"hours": [[["03:00", "08:59"]]] * 7}}, "rules.hours", "never_open"),
        ({"rules": {"hours": [[], [["18:00", "9:00"]], *[[]] * 5]}}, "rules.hours.1", "bad_hours"),
        ({"rules": {"ring_s": 10}}, "rules.ring_s", "out_of_range"),
        ({"rules": {"no_agent": {"prompt": "nobody_said_it"}}}, "rules.no_agent.prompt", "unknown_prompt"),
        ({"rules": {"machines": {"action": "message"}}}, "rules.machines.prompt", "missing"),
        ({"rules": {"machines": {"prompt": "nobody_said_it"}}}, "rules.machines.prompt", "unknown_prompt"),
        ({"rules": {"ring_s": 10}, "policies": ["us-ftc"]}, "rules.ring_s", "too_short"),
        ({"mode": "magic"}, "mode", "unknown_choice"),
    ],
)  # fmt: skip
async def test_nonsense_and_what_the_law_does_not_leave_is_refused(
    more: dict[str, Any], path: str, code: str, world: World
) -> None:
    boss = await world.person("supervisor")
    status, answer = await boss.call("POST", "/campaigns", await body_of(world, **more))
    assert status == 422
    assert [(field["path"], field["code"]) for field in answer["error"]["fields"]] == [(path, code)]


async def test_whose_goal_is_reached_is_started_again_with_another_goal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss, rules={"goal": 2, "at_goal": "pause"})

    async def successes(_campaign_id: int) -> int:
        return 2

    monkeypatch.setattr(world.parts.memory.campaigns, "successes", successes)
    path = f"/campaigns/{campaign['id']}/steps"
    status, answer = await boss.call("POST", path, {"step": "started"})
    assert (status, answer["error"]["code"]) == (409, "campaign_goal_reached")
    changed = await body_of(world, version=1, rules={"goal": 3, "at_goal": "pause"})
    assert (await boss.call("PUT", f"/campaigns/{campaign['id']}", changed))[0] == 200
    assert (await boss.call("POST", path, {"step": "started"}))[1]["state"] == "running"
    wrong = await body_of(world, name="Odd", rules={"goal": 3, "at_goal": "dance"})
    status, answer = await boss.call("POST", "/campaigns", wrong)
    assert [field["path"] for field in answer["error"]["fields"]] == ["rules.at_goal"]


async def test_what_a_campaign_uses_is_not_deleted_and_it_is_named(world: World) -> None:
    boss, admin = await world.person("supervisor"), await world.person("admin")
    body = {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}}
    _, flow = await admin.call("POST", "/flows", {"name": "Message", "body": body})
    rules = {"flow_id": flow["id"], "no_agent": {"prompt": "sorry_ours"}}
    prompts = world.parts.memory.prompts
    await prompts.put("sorry_ours", "zh", source="upload", text="", duration_s=1.0, by=SYSTEM)
    made = await a_campaign(world, boss, mode="agentless", rules=rules)
    await boss.call("POST", f"/campaigns/{made['id']}/steps", {"step": "started"})
    for path in (f"/flows/{flow['id']}", f"/queues/{made['queue']['id']}", "/prompts/sorry_ours/zh"):
        status, answer = await admin.call("DELETE", path)
        assert (status, answer["error"]["code"], answer["error"]["used_by"]) == (
            409,
            "used_by_campaigns",
            [made["name"]],
        ), path
        assert made["name"] in answer["error"]["message"]


async def test_a_key_is_the_campaigns_or_the_flows(world: World) -> None:
    boss, admin = await world.person("supervisor"), await world.person("admin")
    queue_id = (await body_of(world))["queue_id"]
    menu = {"type": "menu", "prompt": "main_menu", "options": {"1": "line", "2": "bye"}, "timeout_s": 2, "retries": 0}
    menu |= {"invalid_prompt": "invalid_choice", "on_timeout": "bye", "on_invalid": "bye"}
    nodes: dict[str, Any] = {"ask": menu, "line": {"type": "queue", "queue": queue_id}, "bye": {"type": "hang_up"}}
    _, flow = await admin.call("POST", "/flows", {"name": "Offer", "body": {"start": "ask", "nodes": nodes}})
    keys = [{"key": "1", "means": "later"}]
    clash = await body_of(world, name="Clash", mode="agentless", rules={"flow_id": flow["id"], "keys": keys})
    status, answer = await boss.call("POST", "/campaigns", clash)
    (field,) = answer["error"]["fields"]
    said = (status, field["path"], field["code"], field["named"])
    assert said == (422, "rules.keys", "key_of_flow", "1 (ask → line)")
    keys[0]["key"] = "2"
    made = await a_campaign(world, boss, mode="agentless", rules={"flow_id": flow["id"], "keys": keys})
    nodes["ask"] = menu | {"options": {"1": "bye", "2": "line"}}
    changed = {"name": "Offer", "body": {"start": "ask", "nodes": nodes}, "version": flow["version"]}
    status, answer = await admin.call("PUT", f"/flows/{flow['id']}", changed)
    (field,) = answer["error"]["fields"]
    said = (status, field["path"], field["code"], field["named"])
    assert said == (422, "nodes.ask.options.2", "key_of_campaign", made["name"])
    assert (await boss.call("POST", f"/campaigns/{made['id']}/steps", {"step": "finished"}))[0] == 200
    assert (await admin.call("PUT", f"/flows/{flow['id']}", changed))[0] == 200


async def test_what_is_stricter_and_ours_is_taken(world: World) -> None:
    boss, admin = await world.person("supervisor"), await world.person("admin")
    _, rules = await admin.call("GET", "/settings/dialing")
    assert (await admin.call("PUT", "/settings/dialing", {**rules, "own_numbers": ["+862160001000"]}))[0] == 200
    wanted = {"abandonment_limit_ratio": 0.01, "shown_as": ["+862160001000"]}
    made = await a_campaign(world, boss, policies=["us-ftc", "cn"], rules=wanted)
    assert made["rules"]["shown_as"] == ["+862160001000"]


async def test_other_hours_or_caps_have_who_waits_for_them_asked_anew(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    into = await a_list(boss, campaign)
    await imported(boss, campaign, into, "姓名,手机\n张伟,13800138000\n")
    leads, path = DueLeads(world.parts.memory.database), f"/campaigns/{campaign['id']}"
    (lead,) = (await boss.call("GET", f"{path}/leads"))[1]["items"]
    version, asked = 1, []
    hours = [[["09:00", "18:00"]]] * 5 + [[]] * 2
    for why, rules in (
        ("closed", {"lines_max": 5}),
        ("closed", {"hours": hours}),
        ("shown_used_up", {"hours": hours, "shown_per_day": 3}),
    ):
        await leads.put_off([lead["id"]], world.parts.clock.now() + timedelta(days=9), why)
        status, changed = await boss.call("PUT", path, await body_of(world, version=version, rules=rules))
        assert status == 200, changed
        version = changed["version"]
        (now,) = (await boss.call("GET", f"{path}/leads"))[1]["items"]
        asked.append(now["why"])
    assert asked == ["closed", "", ""]
    assert (changed["rules"]["hours"], changed["rules"]["shown_per_day"]) == (hours, 3)


async def test_steps_are_those_of_the_life_cycle(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    path = f"/campaigns/{campaign['id']}/steps"
    status, answer = await boss.call("POST", path, {"step": "scheduled"})
    assert (status, answer["error"]["code"]) == (409, "campaign_start_missing")
    for step, state in (("started", "running"), ("paused", "paused"), ("started", "running"), ("finished", "finished")):
        status, answer = await boss.call("POST", path, {"step": step})
        assert (status, answer["state"]) == (200, state)
    assert answer["steps"] == []
    status, answer = await boss.call("POST", path, {"step": "started"})
    assert (status, answer["error"]["code"]) == (409, "campaign_step")
    page = await world.parts.memory.audit.page(AuditFilter(action="campaign.step"))
    assert [entry.detail["why"] for entry in page.items] == ["finished", "started", "paused", "started"]


async def test_one_at_work_gets_no_end_that_has_passed(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    path, over = f"/campaigns/{campaign['id']}", "2025-12-31T00:00:00+08:00"
    await boss.call("POST", f"{path}/steps", {"step": "started"})
    running = (await boss.call("GET", path))[1]
    status, answer = await boss.call("PUT", path, await body_of(world, version=running["version"], ends_at=over))
    assert (status, answer["error"]["code"]) == (409, "campaign_end_passed")
    assert (await boss.call("GET", path))[1]["ends_at"] is None
    later = await body_of(world, version=running["version"], ends_at="2099-12-31T00:00:00+08:00")
    assert (await boss.call("PUT", path, later))[0] == 200


async def test_one_whose_end_has_passed_is_not_started_to_be_over_for_good(world: World) -> None:
    boss = await world.person("supervisor")
    over = {"starts_at": "2025-01-01T09:00:00+08:00", "ends_at": "2025-12-31T00:00:00+08:00"}
    campaign = await a_campaign(world, boss, **over)
    for step in ("scheduled", "started"):
        status, answer = await boss.call("POST", f"/campaigns/{campaign['id']}/steps", {"step": step})
        assert (status, answer["error"]["code"]) == (409, "campaign_end_passed")
    assert (await boss.call("GET", f"/campaigns/{campaign['id']}"))[1]["state"] == "draft"


async def test_what_happens_by_itself_is_no_step_of_a_person(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss, starts_at="2030-01-01T09:00:00+08:00")
    path = f"/campaigns/{campaign['id']}/steps"
    assert (await boss.call("POST", path, {"step": "scheduled"}))[1]["state"] == "scheduled"
    assert (await boss.call("POST", path, {"step": "leads_added"}))[0] == 409
    assert (await boss.call("POST", path, {"step": "unscheduled"}))[1]["state"] == "draft"


async def test_people_come_from_a_file_and_are_found_again(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    into = await a_list(boss, campaign)
    status, found = await boss.call("POST", "/campaigns/leads/preview", data=form(TABLE))
    assert (status, found["row_count"], found["mapping"]) == (200, 3, {"0": "name", "1": "phone", "2": "custom:车型"})
    job = await imported(boss, campaign, into, TABLE, mapping='{"0": "name", "1": "phone", "2": "custom:车型"}')
    assert (job["state"], job["created"], job["rejected_rows"]) == ("done", 2, 1)
    assert job["rejected"] == [{"line": 3, "field": "phone", "code": "not_a_phone", "value": "hello"}]
    root = f"/campaigns/{campaign['id']}"
    _, leads = await boss.call("GET", f"{root}/leads?number=13800138000")
    (somebody,) = leads["items"]
    assert (somebody["name"], somebody["state"], somebody["custom"]) == ("张伟", "waiting", {"车型": "SUV"})
    _, out = await boss.call("POST", f"{root}/leads/{somebody['id']}/removal")
    assert (out["state"], out["why"]) == ("barred", "by_hand")
    status, answer = await boss.call("POST", f"{root}/leads/{somebody['id']}/removal")
    assert (status, answer["error"]["code"]) == (409, "lead_moved")
    _, lists = await boss.call("GET", f"{root}/lists")
    assert (lists["items"][0]["progress"]["waiting"], lists["items"][0]["progress"]["barred"]) == (1, 1)
    assert (await boss.call("DELETE", f"{root}/leads/{somebody['id']}/removal"))[1]["state"] == "waiting"
    _, imports = await boss.call("GET", f"{root}/imports")
    assert [one["id"] for one in imports["items"]] == [job["id"]]
    status, changed = await boss.call("PUT", f"{root}/lists/{into['id']}", {"name": "South", "share": 3})
    assert (status, changed["share"], changed["progress"]["waiting"]) == (200, 3, 2)
    assert (await boss.call("DELETE", f"{root}/lists/{into['id']}"))[0] == 204
    assert (await boss.call("GET", f"{root}/leads"))[1]["items"] == []


async def test_numbers_are_masked_for_who_must_not_see_them(world: World) -> None:
    boss, admin = await world.person("supervisor"), await world.person("admin")
    campaign = await a_campaign(world, boss)
    await imported(boss, campaign, await a_list(boss, campaign), TABLE)
    path = f"/campaigns/{campaign['id']}/leads"
    assert (await boss.call("GET", path))[1]["items"][0]["numbers"][0]["number"] == "138 0013 8000"
    status, _ = await admin.call("PUT", "/settings/numbers", MASKED)
    assert status in {200, 204}
    assert (await boss.call("GET", path))[1]["items"][0]["numbers"][0]["number"] == "138****8000"
    await boss.call("GET", f"{path}?number=13800138000")
    page = await world.parts.memory.audit.page(AuditFilter(user_id=world.users["supervisor"].id))
    assert "number" in page.items[0].action, "somebody tries numbers without seeing them"


async def test_more_people_wake_a_campaign_that_had_run_out(world: World) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    into = await a_list(boss, campaign)
    campaigns = world.parts.memory.campaigns
    await boss.call("POST", f"/campaigns/{campaign['id']}/steps", {"step": "started"})
    await campaigns.take_step(campaign["id"], "running", "exhausted", SYSTEM, "leads_ran_out")
    await imported(boss, campaign, into, TABLE)
    assert (await campaigns.get(campaign["id"])).state == "running"


async def test_nothing_of_one_campaign_is_reached_through_another(world: World) -> None:
    boss = await world.person("supervisor")
    one, other = await a_campaign(world, boss), await a_campaign(world, boss, name="Summer")
    into = await a_list(boss, one)
    job = await imported(boss, one, into, TABLE)
    _, leads = await boss.call("GET", f"/campaigns/{one['id']}/leads")
    root = f"/campaigns/{other['id']}"
    for method, path, body in (
        ("PUT", f"{root}/lists/{into['id']}", {"name": "X"}),
        ("DELETE", f"{root}/lists/{into['id']}", None),
        ("POST", f"{root}/leads/{leads['items'][0]['id']}/removal", None),
        ("GET", f"{root}/imports/{job['id']}", None),
        ("DELETE", f"{root}/imports/{job['id']}", None),
        ("GET", "/campaigns/99/lists", None),
    ):
        assert (await boss.call(method, path, body))[0] == 404, path


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "a\\u001fb"])
async def test_no_column_is_called_what_cannot_be_kept(world: World, name: str) -> None:
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    into = await a_list(boss, campaign)
    data = form(TABLE, mapping=f'{{"0": "custom:{name}", "1": "phone"}}', name="list.csv")
    status, refused = await boss.call("POST", f"/campaigns/{campaign['id']}/lists/{into['id']}/import", data=data)
    assert (status, [field["path"] for field in refused["error"]["fields"]]) == (422, ["mapping"])


async def test_an_import_that_the_database_ends_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def save(*_: object) -> object:
        raise StorageError

    monkeypatch.setattr(lead_importer, "save_leads", save)
    boss = await world.person("supervisor")
    campaign = await a_campaign(world, boss)
    job = await imported(boss, campaign, await a_list(boss, campaign), TABLE)
    assert (job["state"], job["error"]) == ("failed", "storage_error")
    status, answer = await boss.call(
        "POST", f"/campaigns/{campaign['id']}/lists/1/import", data=form(TABLE, mapping='{"0": "name"}')
    )
    assert (status, answer["error"]["code"]) == (422, "mapping")
