"""A manager looks why nobody is dialed, and takes the proof of what was."""

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from cti.clock import wall_time
from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


def forget_register(installation):
    """Whatever stories before this one stated."""
    with closing(sqlite3.connect(installation.home / "callroom.db", timeout=10)) as base:
        base.execute("delete from do_not_call_registers where policy='us-ftc'")
        base.commit()


async def test_what_a_campaign_does_now_is_said_in_words(installation, chinese_supervisor):
    boss, page = chinese_supervisor, chinese_supervisor.page
    forget_register(installation)
    await page.goto(f"{installation.url}/#/do-not-call")
    register = page.locator("[data-testid=register][data-policy=us-ftc]")
    await expect(register).to_contain_text("从未登记")
    await register.get_by_test_id("register-source").fill("FTC, all area codes")
    await register.get_by_test_id("register-note").click()
    await expect(register).to_contain_text("有效至")
    await page.goto(f"{installation.url}/#/campaigns")
    await boss.by("new-campaign").first.click()
    await boss.by("campaign-name").fill("Nobody yet")
    await boss.by("policy-us-ftc").click()
    await boss.by("save").click()
    await expect(boss.by("edit-campaign")).to_be_visible()
    await expect(boss.by("campaign-live")).to_have_count(0)
    await boss.by("step-started").click()
    await expect(boss.by("live-forecast")).to_have_text("还没有可呼叫的人，请先导入名单。")
    await expect(boss.by("live-abandonment")).to_contain_text("上限 3.0%（近 30 天）")
    await expect(boss.by("campaign-attempts")).to_contain_text("还没有呼叫过任何人")
    await expect(boss.by("campaign-compliance")).to_contain_text("这些天没有呼叫任何人")
    await boss.speak("en")
    await expect(boss.by("live-sentence")).to_have_text(
        re.compile("Nobody is due|No agent of the queue|has been dealt with")
    )
    async with page.expect_download() as taken:
        await boss.by("compliance-file").click()
    path = Path(await (await taken.value).path())
    file = await asyncio.to_thread(path.read_text, "utf-8-sig")
    assert file.startswith("day,limit_ratio,attempts")
    await boss.by("step-paused").click()
    await expect(boss.by("live-sentence")).to_have_text("Paused: nobody is dialed.")
    await expect(page.locator("[data-tile=ringing] dd")).to_have_text("0")


async def test_the_days_of_the_proof_are_the_houses_wherever_the_browser_stands(
    installation, chinese_supervisor, browser
):
    """A manager far away: it is another day there."""
    ask = """async () => {
      const get = async (path) => await (await fetch(`/api/v1/campaigns${path}`)).json()
      const { id } = (await get('')).items[0]
      return [id, (await get(`/${id}/compliance?first=2026-11-01&last=2026-11-02`)).zone]
    }"""
    campaign, house = await chinese_supervisor.page.evaluate(ask)
    today = wall_time().astimezone(ZoneInfo(house)).date()
    # 25 hours lie between the two, so one of them is on another day than the house
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    far = next(zone for zone in zones if wall_time().astimezone(ZoneInfo(zone)).date() != today)
    context = await browser.new_context(locale="en-US", timezone_id=far)
    desk = await Desk.open(installation, context)
    await desk.sign_in("supervisor")
    await desk.page.goto(f"{installation.url}/#/campaigns/{campaign}")
    first = today - timedelta(days=6)
    await expect(desk.by("compliance-file")).to_have_attribute("href", re.compile(f"first={first}&last={today}"))
    await context.close()
