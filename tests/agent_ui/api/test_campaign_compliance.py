"""The compliance report by API, and as a file."""

from datetime import timedelta

from sqlalchemy import insert

from crm_core.audit import SYSTEM, AuditFilter
from crm_core.domain.day import day_of
from crm_core.models import Attempt
from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.world import World
from tests.crm_core.attempt_rows import attempt


async def test_each_day_is_counted_again_and_what_was_broken_is_named(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    campaign = await a_campaign(world, boss)
    of = await world.parts.memory.lead_lists.create(campaign["id"], "North", "", 1, SYSTEM)
    today = day_of(world.parts.clock.now(), world.parts.config.telephone.zone)
    noon, zones = today.begins_at + timedelta(hours=12), {"Etc/UTC": "", "Asia/Shanghai": "", "Pacific/Auckland": ""}
    checks = {"policies": ["cn"], "zones": zones}
    rows = [attempt(of, None, noon, checks=checks), attempt(of, None, noon, checks=checks, state="cancelled")]
    for row in rows:
        await world.parts.memory.database.write(
            lambda connection, row=row: connection.execute(insert(Attempt).values(row))  # type: ignore[misc]
        )
    path, days = f"/campaigns/{campaign['id']}/compliance", f"first={today.date}&last={today.date}"
    status, report = await boss.call("GET", f"{path}?{days}")
    (line,) = report["items"]
    assert (status, line["attempts"], line["outside_hours"], line["list_unchecked"]) == (200, 1, 1, 1)
    assert line["broken"] == ["outside_hours", "without_consent", "list_unchecked"]
    status, file = await boss.call("GET", f"{path}/file?{days}")
    head, cells = file.decode("utf-8-sig").splitlines()
    assert head.startswith("day,limit_ratio,attempts,people")
    assert (cells[:10], cells.endswith("outside_hours without_consent list_unchecked")) == (
        today.date.isoformat(),
        True,
    )
    page = await world.parts.memory.audit.page(AuditFilter(action="campaign.compliance"))
    assert [row.object_id for row in page.items] == [str(campaign["id"])]
    assert (await agent.call("GET", f"{path}?{days}"))[0] == 403
    assert (await boss.call("GET", f"{path}?first=2026-01-01&last=2026-03-01"))[0] == 422
    for first, last in (("2026-01-02", "2026-01-01"), ("0001-01-01", "0001-01-02"), ("9999-12-31", "9999-12-31")):
        assert (await boss.call("GET", f"{path}?first={first}&last={last}"))[0] == 422
