"""Campaigns from a terminal."""

import asyncio
import io
import json
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from agent_ui.__main__ import main
from agent_ui.commands.campaign import _rule_texts
from agent_ui.config import load_config
from agent_ui.memory import Memory, open_memory
from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.migrations import upgrade
from crm_core.models import Lead
from crm_core.queues import QueueDraft
from cti.clock import SystemClock
from tests.crm_core.importing.test_workbook import book

TABLE = "姓名,手机,车型\n张伟,13800138000,SUV\nAnn,hello,\n李,13800138001,\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of people, beside a home with the campaigns Spring and Summer."""
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    asyncio.run(_furnish())
    path = tmp_path / "north.csv"
    path.write_text(TABLE, "utf-8")
    return path


async def _furnish() -> None:
    config = load_config()
    await upgrade(config.database_url)
    memory: Memory = open_memory(config, SystemClock())
    await memory.database.start()
    queue = await memory.queues.add(QueueDraft("Sales"), SYSTEM)
    for name in ("Spring", "Summer"):
        await memory.campaigns.create(CampaignDraft(name, "predictive", queue.id, ("cn",)), SYSTEM)
    await memory.database.aclose()


def test_a_file_of_another_country_is_told_with_the_law_that_is_missing(
    sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.write_bytes("Vorname;Nachname;Telefon\nJürgen;Müller;030 12345678\n".encode("cp1252"))
    assert main(["campaign", "import", "Spring", str(sheet), "--country", "DE", "--encoding", "cp1252"]) == 0
    told = capsys.readouterr()
    assert "cp1252; rows by country: DE 1" in told.out
    assert told.err.splitlines()[0] == "callroom: no policy of the campaign is for DE"
    assert main(["campaign", "status", "Spring"]) == 0
    assert "no policy is for: DE (1)" in capsys.readouterr().out


def test_a_file_with_nobody_to_call_makes_no_list(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.write_text("name,phone\nA,hello\n")
    assert main(["campaign", "import", "Spring", str(sheet)]) == 1
    capsys.readouterr()
    assert main(["campaign", "status", "Spring"]) == 0
    assert "share" not in capsys.readouterr().out


def test_people_are_imported_and_counted(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["campaign", "import", "Spring", str(sheet)]) == 1, "a row was not taken"
    told = capsys.readouterr()
    assert "手机: phone" in told.out
    assert "created 2, barred 0, known 0, in_campaign 0, elsewhere 0, rejected_rows 1" in told.out
    law, line = told.err.splitlines()
    assert law.startswith("callroom: the policy cn asks for consent, and no column “Consent date”")
    assert line == "line 3: This is not a telephone number. hello"
    workbook = sheet.with_suffix(".xlsx")
    workbook.write_bytes(book(people=[["姓名", "手机"], ["王芳", 13800138009]]))
    assert main(["campaign", "import", "Summer", str(workbook), "--list", "Workbook"]) == 0
    assert "created 1," in capsys.readouterr().out
    assert main(["campaign", "status", "1"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"north \(share 1\)\n +░{30} 2 people: reached 0, .*waiting 2", shown)
    assert main(["campaign", "import", "Summer", str(sheet), "--skip-elsewhere", "--list", "A"]) == 1
    assert "created 0, barred 0, known 0, in_campaign 0, elsewhere 2" in capsys.readouterr().out


def test_who_has_agreed_is_told_without_a_word_about_the_law(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.write_text("手机,同意日期,同意来源\n13800138000,2026-03-05,form\n", "utf-8")
    assert main(["campaign", "import", "Spring", str(sheet)]) == 0
    assert capsys.readouterr().err == ""


def test_status_says_how_people_without_consent_come_to_be_called(
    sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["campaign", "import", "Spring", str(sheet)])
    main(["campaign", "status", "Spring"])
    assert "no_consent" not in capsys.readouterr().out
    asyncio.run(_leave_out("no_consent"))
    main(["campaign", "status", "Spring"])
    shown = capsys.readouterr().out
    assert "no_consent: nobody knows that they agreed" in shown
    assert "no_consent: 2" in shown


async def _leave_out(why: str) -> None:
    memory: Memory = open_memory(load_config(), SystemClock())
    await memory.database.start()
    left_out = update(Lead).values(state="barred", why=why)
    await memory.database.write(lambda connection: connection.execute(left_out))
    await memory.database.aclose()


def test_a_house_without_campaigns_is_told_where_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    asyncio.run(upgrade(load_config().database_url))
    assert main(["campaign", "list"]) == 0
    assert "no campaigns yet" in capsys.readouterr().out


def test_status_says_what_its_own_rules_keep_it_from() -> None:
    hours = ((("09:00", "12:00"), ("13:00", "18:00")), *((),) * 6)
    rules = CampaignRules(hours=hours, shown_as=("4001", "4002"), shown_by="nearest", shown_per_hour=1000)
    closed = "; ".join(["closed"] * 6)
    assert list(_rule_texts(rules)) == [
        f"own hours, Monday first: 09:00-12:00, 13:00-18:00; {closed}",
        "shows 4001, 4002, by nearest, at most 1,000 calls an hour",
    ]
    assert list(_rule_texts(CampaignRules(shown_per_day=5))) == [
        "shows the usual number, by turn, at most 5 calls a day"
    ]
    assert list(_rule_texts(CampaignRules())) == []


def test_a_bar_grows_at_a_terminal(
    sheet: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    main(["campaign", "import", "Spring", str(sheet)])
    assert f"\r{'░' * 30} 0 of 3" in terminal.getvalue()
    assert f"\r{'█' * 30} 3 of 3\n" in terminal.getvalue()
    assert "created 2" in capsys.readouterr().out


def test_it_is_started_paused_and_finished(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["campaign", "import", "Spring", str(sheet)])
    for action, state in (("start", "running"), ("pause", "paused"), ("stop", "finished")):
        assert main(["campaign", action, "Spring"]) == 0
        assert capsys.readouterr().out.endswith(f"Spring: {state}\n")
    assert main(["campaign", "start", "Spring"]) == 1
    assert "finished" in capsys.readouterr().err
    assert main(["campaign", "list"]) == 0
    assert re.search(r"1  finished +Spring", capsys.readouterr().out)
    assert main(["campaign", "status", "Winter"]) == 1
    told = capsys.readouterr().err
    assert "there is no campaign 'Winter'" in told
    assert "callroom campaign list" in told


def test_why_somebody_is_not_called(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["campaign", "import", "Spring", str(sheet)])
    capsys.readouterr()
    assert main(["campaign", "why", "Spring", "138 0013 8000"]) == 0
    told = capsys.readouterr().out
    assert re.match(r"张伟 \(north\): waiting\n  campaign draft since .{16}\+08:00\n", told), "the house's clock"
    assert "  no_consent by cn\n" in told
    assert told.endswith("  may be called: cannot be told\n")
    assert main(["campaign", "why", "Spring", "13900000000"]) == 1
    assert "nobody on its lists" in capsys.readouterr().err


def test_what_its_attempts_came_to(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["campaign", "import", "Spring", str(sheet), "--list", "名单一"])
    capsys.readouterr()
    for by in ("agent", "list", "hour", "day", "disposition", "caller-id"):
        assert main(["campaign", "report", "Spring", "--by", by]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert {len(line) <= 100 for line in lines} == {True}
        assert lines[-2].split()[:3] == ["total", "0", "0"]
    assert lines[-1].startswith("2 people on its lists: 0 dialed, 0 reached (penetration 0.0 %)")
    assert main(["campaign", "report", "Spring", "--to", "2026-11-20", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["first"], told["last"], told["total"]["figures"]["leads"]) == ("2026-10-22", "2026-11-20", 2)
    assert told["lines"][0]["key"]["name"] == "名单一"
    assert main(["campaign", "report", "Spring", "--from", "2026-11-20", "--to", "2026-11-19"]) == 1
    assert "before the first day" in capsys.readouterr().err
