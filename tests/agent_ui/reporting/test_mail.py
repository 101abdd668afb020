"""Saved reports by mail, through a real SMTP server."""

import asyncio
import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from agent_ui.reporting import making
from agent_ui.reporting.mailing import Mailer
from agent_ui.reporting.making import FileMaker
from agent_ui.reporting.postman import Postman
from agent_ui.settings import MailSettings
from crm_core.audit import SYSTEM
from crm_core.domain.report_schedule import Every, Range, Timetable
from crm_core.errors import Invalid, NotFound
from crm_core.reports.answers import Reports
from crm_core.reports.campaigns import CampaignReports
from crm_core.reports.summary import Summary
from crm_core.saved_reports import PAUSES, ReportDraft, SavedReports
from crm_core.storage.database import Database
from crm_core.words import PauseReasons
from tests.crm_core.conftest import HandClock
from tests.crm_core.postgres import free_port

TO = ("boss@example.org", "b@example.org")
DAILY = ReportDraft("Days", {"axis": "day"}, Range.YESTERDAY, Timetable(Every.DAY, 420), "csv", "en", TO)
SOON = datetime(2026, 11, 22, 7, tzinfo=UTC)


class Inbox:
    """What the server took; `answer` is what it says to the next mail instead."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answer: str | None = None
        self.refused: set[str] = set()
        self.parts = "221 Bye"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        return self.parts

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.answer is not None:
            return self.answer
        self.taken.append(envelope)
        return "250 OK"

    def letters(self) -> list[EmailMessage]:
        parse = email.message_from_bytes
        return [parse(one.content, policy=email.policy.default) for one in self.taken]  # type: ignore[arg-type,misc]


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    handler, port = Inbox(), free_port()

    def let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    server = Controller(handler, "127.0.0.1", port, authenticator=let_in, auth_require_tls=False)
    server.start()
    yield handler, port
    server.stop()


class Office:
    """A postman with all that he needs."""

    def __init__(
        self, database: Database, clock: HandClock, folder: Path, settings: MailSettings, password: str
    ) -> None:
        self.clock = clock
        self.saved = SavedReports(database, clock, UTC)
        self.reports = Reports(database, Summary(database, UTC, clock), UTC, clock)
        maker = FileMaker(self.reports, CampaignReports(database, UTC, clock), PauseReasons(database, clock))
        self.postman = Postman(self.saved, self.reports, maker, folder, Mailer(settings, password), "example.org")
        self.folder = folder


@pytest.fixture
def office(database: Database, clock: HandClock, tmp_path: Path, inbox: tuple[Inbox, int]) -> Office:
    settings = MailSettings("127.0.0.1", inbox[1], "none", "callroom", "callroom@example.org")
    return Office(database, clock, tmp_path / "mailed", settings, "right")


async def test_a_report_is_mailed_when_its_time_comes(office: Office, inbox: tuple[Inbox, int]) -> None:
    row = await office.saved.add(DAILY, SYSTEM)
    assert row.next_at == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert not await office.postman.send_next(), "not yet"
    office.clock.time = row.next_at + timedelta(seconds=5)
    assert await office.postman.send_next()
    assert not await office.postman.send_next()
    (letter,) = inbox[0].letters()
    assert inbox[0].taken[0].rcpt_tos == ["boss@example.org", "b@example.org"]
    assert letter["Message-ID"] == f"<report-{row.id}-20261122T070000@example.org>"
    assert (letter["From"], letter["To"]) == ("callroom@example.org", "undisclosed-recipients:;")
    assert letter["Subject"] == "Report: Days (2026-11-21 to 2026-11-21)"
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "report-day-2026-11-21-2026-11-21.csv"
    assert attached.get_content_type() == "text/csv"
    (row,) = await office.saved.all()
    assert (row.last_result, row.tries, row.next_at) == ("sent", 0, datetime(2026, 11, 23, 7, tzinfo=UTC))
    assert list(office.folder.iterdir()) == []


async def test_a_mail_that_fails_is_tried_again_under_the_same_name(office: Office, inbox: tuple[Inbox, int]) -> None:
    row = await office.saved.add(DAILY, SYSTEM)
    office.clock.time = row.next_at or office.clock.time
    inbox[0].answer = "451 come back later"
    for tries, pause in enumerate(PAUSES, 1):
        assert await office.postman.send_next()
        (row,) = await office.saved.all()
        assert (row.last_result, row.tries, row.next_at) == ("mail_refused", tries, office.clock.time + pause)
        office.clock.time += pause
    inbox[0].answer = None
    assert await office.postman.send_next()
    (letter,) = inbox[0].letters()
    assert "20261122T070000" in letter["Message-ID"], "that of the first try"
    assert letter["Subject"].endswith("(2026-11-21 to 2026-11-21)")
    (row,) = await office.saved.all()
    assert (row.last_result, row.next_at) == ("sent", datetime(2026, 11, 23, 7, tzinfo=UTC))


async def test_after_the_last_try_the_next_report_comes(office: Office, inbox: tuple[Inbox, int]) -> None:
    row = await office.saved.add(DAILY, SYSTEM)
    inbox[0].answer = "451 come back later"
    for _ in range(len(PAUSES) + 1):
        office.clock.time = (await office.saved.all())[0].next_at or office.clock.time
        assert await office.postman.send_next()
    (row,) = await office.saved.all()
    assert (row.last_result, row.tries, row.next_at) == ("mail_refused", 0, datetime(2026, 11, 23, 7, tzinfo=UTC))


async def test_what_cannot_come_right_is_not_tried_again(office: Office, inbox: tuple[Inbox, int]) -> None:
    row = await office.saved.add(DAILY, SYSTEM)
    inbox[0].refused = {"boss@example.org", "b@example.org"}
    await office.saved.send_now(row.id, SYSTEM)
    assert await office.postman.send_next()
    (row,) = await office.saved.all()
    assert (row.last_result, row.tries, row.next_at) == (
        "mail_address_refused",
        0,
        datetime(2026, 11, 22, 7, tzinfo=UTC),
    )
    inbox[0].refused = {"b@example.org"}
    await office.saved.send_now(row.id, SYSTEM)
    assert await office.postman.send_next()
    assert ((await office.saved.all())[0].last_result, len(inbox[0].taken)) == ("mail_some_refused", 1)


@pytest.mark.parametrize(
    ("settings", "password", "result"),
    [
        ({}, "wrong", "mail_login_refused"),
        ({"port": 1}, "right", "mail_server_unreachable"),
        ({"host": ""}, "right", "mail_not_set_up"),
        ({"security": "starttls"}, "right", "mail_without_tls"),
    ],
)
async def test_every_fault_has_a_name(
    settings: dict[str, Any],
    password: str,
    result: str,
    database: Database,
    clock: HandClock,
    tmp_path: Path,
    inbox: tuple[Inbox, int],
) -> None:
    whole = {"host": "127.0.0.1", "port": inbox[1], "security": "none", "user": "callroom", "sender": "c@example.org"}
    office = Office(database, clock, tmp_path / "m", MailSettings(**whole | settings), password)  # type: ignore[arg-type]
    row = await office.saved.add(DAILY, SYSTEM)
    await office.saved.send_now(row.id, SYSTEM)
    assert await office.postman.send_next()
    assert (await office.saved.all())[0].last_result == result
    assert not inbox[0].taken


async def test_a_file_that_cannot_be_made_or_was_left_is_removed(
    office: Office, inbox: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(path: Path, _sheet: bytes, _written: object) -> None:
        await asyncio.to_thread(path.write_text, "half")
        raise OSError("the disk is full")

    row = await office.saved.add(DAILY, SYSTEM)
    with monkeypatch.context() as patched:
        patched.setattr(making, "write_apart", breaks)
        await office.saved.send_now(row.id, SYSTEM)
        assert await office.postman.send_next()
    assert (await office.saved.all())[0].last_result == "internal"
    assert list(office.folder.iterdir()) == []
    (office.folder / "of-a-killed-one.csv").touch()
    await office.postman.tidy()
    assert list(office.folder.iterdir()) == []


async def test_what_is_saved_is_checked(office: Office) -> None:
    for recipients in (("nobody",), ("a@b\r\nBcc: c@d",), ()):
        with pytest.raises(Invalid):
            await office.saved.add(ReportDraft("x", {}, timetable=Timetable(Every.DAY), recipients=recipients), SYSTEM)
    with pytest.raises(Invalid):
        await office.saved.add(ReportDraft(" ", {}), SYSTEM)
    kept = await office.saved.add(ReportDraft("x", {"axis": "day"}), SYSTEM)
    assert kept.next_at is None
    with pytest.raises(Invalid):
        await office.saved.send_now(kept.id, SYSTEM)
    changed = await office.saved.change(kept.id, DAILY, SYSTEM)
    assert (changed.name, changed.next_at) == ("Days", datetime(2026, 11, 22, 7, tzinfo=UTC))
    await office.saved.remove(kept.id, SYSTEM)
    for work in (office.saved.remove(kept.id, SYSTEM), office.saved.change(kept.id, DAILY, SYSTEM)):
        with pytest.raises(NotFound):
            await work
