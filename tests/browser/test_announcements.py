"""What three calls heard is listened to and labelled on a page, and the listener knows it without a restart."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from dialer.listening.shelf import Shelf
from dialer.listening.wav import wav_of
from tests.dialer.listening.sounds import on_a_line, speech

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
SAID = speech(31, 5.0)


async def hears(item):
    """The sound goes on by itself: its clock leaves zero."""
    await item.get_by_role("button", name="播放").click()
    await expect(item).to_contain_text("0:02 /", timeout=15_000)
    await item.get_by_role("button", name="暂停").click()


async def test_what_calls_heard_gets_its_label_and_the_same_sound_no_other(
    installation, chinese_supervisor, tmp_path: Path
):
    boss, page = chinese_supervisor, chinese_supervisor.page
    shelf = Shelf(installation.home / "lines")
    for number in range(3):
        await asyncio.to_thread(shelf.keep, f"heard-{number}", on_a_line(SAID, number, snr_db=25))
    await page.goto(f"{installation.url}/#/campaigns")
    await boss.by("open-announcements").click()
    item = boss.by("unlabelled").first
    await expect(item).to_contain_text("在 3 次呼叫中听到", timeout=60_000)
    await hears(item)
    await item.focus()
    await page.keyboard.press("3")
    await expect(boss.by("label-off").first).to_have_attribute("aria-checked", "true")
    await item.get_by_test_id("transcript").fill("您拨打的用户已关机")
    await item.focus()
    await page.keyboard.press("Enter")
    row = boss.by("announcement-table").locator("tr", has_text="您拨打的用户已关机")
    await expect(row).to_contain_text("关机", timeout=30_000)
    await hears(row)
    await expect(boss.by("unlabelled-list")).to_contain_text("没有在三次呼叫中听到的未标注录音")

    (tmp_path / "again.wav").write_bytes(wav_of(on_a_line(SAID, 9, snr_db=30)))
    await boss.by("new-announcement").click()
    await page.locator("[data-testid=announcement-file] input[type=file]").set_input_files(tmp_path / "again.wav")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_test_id("label-empty").click()
    await dialog.get_by_test_id("save").click()
    same = boss.by("same-audio")
    await expect(same).to_contain_text("（“关机”）是同一录音，不能再标为“空号”", timeout=30_000)
    await dialog.get_by_role("button", name="取消").click()

    await row.get_by_test_id("remove-announcement").click()
    await expect(row).to_have_count(0)
    await boss.by("undo").click()
    await expect(row).to_have_count(1)
    await boss.speak("en")
    await expect(row).to_contain_text("Switched off")
    await row.get_by_test_id("remove-announcement").click()
    await expect(row).to_have_count(0)


async def test_an_empty_library_says_what_to_do_first_and_begins_with_the_simulator(installation, supervisor):
    boss, page = supervisor, supervisor.page
    await page.goto(f"{installation.url}/#/campaigns/announcements")
    await expect(boss.by("starter")).to_be_visible()
    await boss.by("starter").click()
    table = boss.by("announcement-table")
    await expect(table).to_contain_text("空号", timeout=30_000)
    await expect(table).to_contain_text("No such number")
    await expect(table).to_contain_text("Mailbox")
    await table.get_by_test_id("remove-announcement").first.click()
    await expect(table.get_by_test_id("remove-announcement")).to_have_count(1)
    await table.get_by_test_id("remove-announcement").click()
    await expect(boss.by("starter")).to_be_visible()
    await expect(table).to_have_count(0)
