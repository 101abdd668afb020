"""Reports of campaigns by API: who may ask, what they see, and files of it."""

from typing import Any

from crm_core.audit import AuditFilter
from tests.agent_ui.api.test_campaign_attempts import an_attempt
from tests.agent_ui.world import World


def asked(world: World, axis: str, **more: Any) -> dict[str, Any]:
    day = world.parts.clock.now().astimezone(world.parts.config.telephone.zone).date().isoformat()
    return {"axis": axis, "first": day, "last": day, **more}


async def test_a_report_and_the_attempts_behind_a_figure(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    campaign = await an_attempt(world, boss)
    body = asked(world, "campaign_list", campaign_ids=[campaign["id"]])
    status, report = await boss.call("POST", "/reports/campaigns/answer", body)
    (line,) = report["lines"]
    assert (status, line["key"]["name"], line["figures"]["busy"], line["figures"]["leads"]) == (200, "North", 1, 0)
    behind = body | {"figure": "busy", "key": line["key"]}
    status, page = await boss.call("POST", "/reports/campaigns/attempts", behind)
    assert (status, [one["verdict"] for one in page["items"]]) == (200, ["busy"])
    assert (await boss.call("POST", "/reports/campaigns/attempts", behind | {"figure": "talk_s"}))[0] == 422
    for path in ("answer", "attempts", "exports"):
        assert (await agent.call("POST", f"/reports/campaigns/{path}", behind))[0] == 403


async def test_a_file_is_wanted_and_audited(world: World) -> None:
    boss = await world.person("supervisor")
    body = asked(world, "campaign_day", format="xlsx", language="en")
    status, file = await boss.call("POST", "/reports/campaigns/exports", body)
    assert (status, file["choices"]) == (202, {"axis": "campaign_day", "campaign_ids": []})
    assert file["name"].startswith("report-campaign_day-")
    page = await world.parts.memory.audit.page(AuditFilter(action="report.file"))
    assert [row.object_id for row in page.items] == ["campaign_day"]
    assert (await boss.call("POST", "/reports/campaigns/exports", body | {"last": "2999-01-01"}))[0] == 422
