"""Mails about voicemails, through a real SMTP server: what stands in them, when they come again, and how often."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import update

from agent_ui.reporting.mailing import Letter, Mailer, MailFailedError
from agent_ui.reporting.voicemail_post import MOST_BYTES, Stationery, VoicemailPost
from agent_ui.settings import MailSettings
from crm_core.audit import SYSTEM
from crm_core.domain.voicemail_rules import VoicemailRules
from crm_core.messages import MessageDraft, Messages
from crm_core.models import Message
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.voicemail_mails import PAUSES, VoicemailMails
from tests.agent_ui.reporting.test_mail import Inbox, inbox
from tests.crm_core.conftest import HandClock

__all__ = ["inbox"]
HOUSE = VoicemailRules(("house@example.org",), "en")
RULES = VoicemailRules(("boss@example.org", "b@example.org"), "en")


class PostOffice:
    """A house and a queue that want mails, messages that come in, and a post that may be started anew."""

    def __init__(self, database: Database, clock: HandClock, folder: Path, port: int) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.messages, self.queues = Messages(database, clock, HOUSE), Queues(database, clock)
        self.settings = MailSettings("127.0.0.1", port, "none", "", "callroom@example.org")
        self.origin = "https://calls.example.org"
        self.count = 0

    def post(self, mailer: Mailer | None = None) -> VoicemailPost:
        stationery = Stationery(self.origin, "example.org", UTC)
        mails = VoicemailMails(self.database, self.clock)
        return VoicemailPost(mails, mailer or Mailer(self.settings, ""), self.sound, stationery)

    def sound(self, path: str) -> Path | None:
        found = self.folder / path
        return found if found.is_file() else None

    async def line(self, rules: VoicemailRules = RULES) -> int:
        return (await self.queues.add(QueueDraft("Sales", voicemail_mail=rules), SYSTEM)).id

    async def left(self, queue_id: int | None, kind: str = "voicemail", path: str | None = "a.wav") -> int:
        self.count += 1
        return await self.messages.add(
            MessageDraft(
                f"key {self.count}",
                kind,
                self.clock.now(),
                number="13800138000",
                queue_id=queue_id,
                path=path,
                duration_s=12.4,
            )
        )


@pytest.fixture
def office(database: Database, clock: HandClock, tmp_path: Path, inbox: tuple[Inbox, int]) -> PostOffice:
    return PostOffice(database, clock, tmp_path, inbox[1])


def body(letter: EmailMessage) -> str:
    part = letter.get_body()
    assert part is not None
    return str(part.get_content())


async def test_a_message_is_told_at_once_with_a_link_and_without_the_number(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    message_id = await office.left(await office.line())
    assert await office.post().send_next()
    assert not await office.post().send_next()
    (letter,) = inbox[0].letters()
    assert inbox[0].taken[0].rcpt_tos == ["boss@example.org", "b@example.org"]
    assert letter["Subject"] == "Voicemail: Sales"
    assert letter["Message-ID"] == f"<voicemail-{message_id}-1@example.org>"
    assert "https://calls.example.org/#/voicemails" in body(letter)
    assert "138****8000" in body(letter)
    assert "13800138000" not in inbox[0].taken[0].content.decode()  # type: ignore[union-attr]
    assert "Length: 12 s" in body(letter)
    assert list(letter.iter_attachments()) == []


async def test_one_that_was_left_in_no_queue_is_told_to_the_house(office: PostOffice, inbox: tuple[Inbox, int]) -> None:
    await office.left(None)
    await office.left(999)
    while await office.post().send_next():
        pass
    assert [taken.rcpt_tos for taken in inbox[0].taken] == [["house@example.org"]] * 2
    letter, _ = inbox[0].letters()
    assert letter["Subject"] == "Voicemail"
    assert "A caller left a message in no queue." in body(letter)
    assert "138****8000" in body(letter)


async def test_one_whose_queue_went_before_the_mail_did_is_still_told(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    message_id = await office.left(await office.line())
    gone = update(Message).where(Message.id == message_id).values(queue_id=None)
    await office.database.write(lambda connection: connection.execute(gone))
    assert await office.post().send_next()
    assert inbox[0].taken[0].rcpt_tos == ["boss@example.org", "b@example.org"]


async def test_what_the_administrator_chose_stands_in_it(office: PostOffice, inbox: tuple[Inbox, int]) -> None:
    (office.folder / "a.wav").write_bytes(b"RIFF sound")
    office.origin = ""
    await office.left(await office.line(replace(RULES, language="zh", attach=True, whole_number=True)))
    assert await office.post().send_next()
    (letter,) = inbox[0].letters()
    assert letter["Subject"] == "语音留言：Sales"
    assert "13800138000" in body(letter)
    assert "语音信箱" in body(letter), "where to find it, without an address of ours"
    (attached,) = letter.iter_attachments()
    assert (attached.get_content_type(), attached.get_content()) == ("audio/wav", b"RIFF sound")


async def test_a_sound_that_is_too_large_or_gone_is_left_out_and_said(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    line = await office.line(replace(RULES, attach=True))
    with (office.folder / "large.wav").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for path in ("large.wav", "gone.wav", None):
        await office.left(line, path=path)
        assert await office.post().send_next()
    said = [body(letter) for letter in inbox[0].letters()]
    assert ["too large" in text for text in said] == [True, False, False]
    assert ["not there any more" in text for text in said] == [False, True, True]
    assert all(not list(letter.iter_attachments()) for letter in inbox[0].letters())


async def test_nobody_is_told_where_nobody_wants_it(office: PostOffice) -> None:
    await office.left(await office.line(VoicemailRules()))
    await Messages(office.database, office.clock).add(MessageDraft("no house", "voicemail", office.clock.now()))
    wanted = await office.queues.add(QueueDraft("Care", voicemail_mail=RULES), SYSTEM)
    await office.left(wanted.id, kind="callback")
    assert not await office.post().send_next()


async def test_the_same_message_taken_in_twice_is_told_once(office: PostOffice, inbox: tuple[Inbox, int]) -> None:
    line = await office.line()
    await office.left(line)
    office.count -= 1
    await office.left(line)
    while await office.post().send_next():
        pass
    assert len(inbox[0].taken) == 1


async def test_a_mail_that_fails_is_tried_again_and_given_up_at_last(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    line = await office.line()
    await office.left(line)
    inbox[0].answer = "451 come back later"
    for pause in PAUSES:
        assert await office.post().send_next()
        await office.post().settle()
        assert not await office.post().send_next(), "not yet"
        office.clock.time += pause
    inbox[0].answer = None
    assert await office.post().send_next()
    assert len(inbox[0].taken) == 1
    await office.left(line)
    inbox[0].answer = "451 come back later"
    for pause in (*PAUSES, timedelta(days=1)):
        assert await office.post().send_next()
        office.clock.time += pause
    assert not await office.post().send_next()


async def test_an_address_that_is_refused_is_not_tried_again(office: PostOffice, inbox: tuple[Inbox, int]) -> None:
    inbox[0].refused = {"boss@example.org", "b@example.org"}
    await office.left(await office.line())
    assert await office.post().send_next()
    office.clock.time += timedelta(days=1)
    assert not await office.post().send_next()


class Killed(BaseException):
    """What `kill -9` is to a coroutine: nothing after it runs."""


class DyingMailer(Mailer):
    """Dies before the mail server has the mail, or after."""

    def __init__(self, settings: MailSettings, is_after: bool) -> None:
        super().__init__(settings, "")
        self._is_after = is_after

    async def send(self, letter: Letter, handing: Callable[[], Awaitable[None]] | None = None) -> None:
        if self._is_after:
            await super().send(letter, handing)
        raise Killed


async def send_all(office: PostOffice) -> None:
    """Three starts, each some hours after the one before."""
    for _ in range(3):
        post = office.post()
        await post.settle()
        while await post.send_next():
            pass
        office.clock.time += timedelta(hours=2)


def are_one(inbox: Inbox) -> None:
    """Two mails that mailboxes show once, the second of which says what it is."""
    first, second = inbox.letters()
    assert first["Message-ID"] == second["Message-ID"]
    assert ["may have come once before" in body(letter) for letter in (first, second)] == [False, True]


async def test_who_is_killed_before_the_server_has_it_sends_it_once(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    await office.left(await office.line())
    with pytest.raises(Killed):
        await office.post(DyingMailer(office.settings, is_after=False)).send_next()
    await send_all(office)
    (letter,) = inbox[0].letters()
    assert "may have come" not in body(letter)


async def test_who_is_killed_before_the_answer_sends_it_once_more_and_no_third_time(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    await office.left(await office.line())
    for _ in range(2):
        with pytest.raises(Killed):
            await office.post(DyingMailer(office.settings, is_after=True)).send_next()
        await office.post().settle()
    await send_all(office)
    are_one(inbox[0])


async def test_an_answer_that_is_lost_is_a_reason_to_send_it_once_more(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    class LosesTheAnswer(Mailer):
        async def send(self, letter: Letter, handing: Callable[[], Awaitable[None]] | None = None) -> None:
            await super().send(letter, handing)
            raise MailFailedError("mail_server_unreachable", is_hopeless=False)

    await office.left(await office.line())
    for pause in PAUSES:
        await office.post(LosesTheAnswer(office.settings, "")).send_next()
        office.clock.time += pause
    await send_all(office)
    are_one(inbox[0])


async def test_a_fault_of_ours_in_the_middle_of_the_mail_is_no_other_case(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    class Breaks(Mailer):
        async def send(self, letter: Letter, handing: Callable[[], Awaitable[None]] | None = None) -> None:
            await super().send(letter, handing)
            raise ValueError(letter.subject)

    await office.left(await office.line())
    assert await office.post(Breaks(office.settings, "")).send_next()
    office.clock.time += PAUSES[0]
    await send_all(office)
    are_one(inbox[0])


async def test_a_strange_good_bye_is_no_reason_to_send_it_again(office: PostOffice, inbox: tuple[Inbox, int]) -> None:
    inbox[0].parts = "421 too many connections"
    await office.left(await office.line())
    assert await office.post().send_next()
    office.clock.time += timedelta(days=1)
    assert not await office.post().send_next()
    assert len(inbox[0].taken) == 1


async def test_one_that_cannot_be_written_hurts_no_other_and_is_given_up(
    office: PostOffice, inbox: tuple[Inbox, int]
) -> None:
    line = await office.line(replace(RULES, attach=True))
    (office.folder / "unreadable.wav").write_bytes(b"RIFF sound")
    (office.folder / "a.wav").write_bytes(b"RIFF sound")

    class Unreadable(Mailer):
        async def send(self, letter: Letter, handing: Callable[[], Awaitable[None]] | None = None) -> None:
            if letter.file is not None and letter.file.name == "unreadable.wav":
                raise PermissionError(letter.file)
            await super().send(letter, handing)

    await office.left(line, path="unreadable.wav")
    await office.left(line)
    post = office.post(Unreadable(office.settings, ""))
    runs = asyncio.ensure_future(post.run())
    async with asyncio.timeout(60):
        while not inbox[0].taken and not runs.done():
            await asyncio.sleep(0.01)
    assert not runs.done(), "nothing would be mailed any more"
    runs.cancel()
    await asyncio.gather(runs, return_exceptions=True)
    for _ in PAUSES:
        office.clock.time += timedelta(days=1)
        assert await post.send_next()
    office.clock.time += timedelta(days=1)
    assert not await post.send_next()
    assert len(inbox[0].taken) == 1


async def test_without_a_server_it_is_not_tried_for_ever(office: PostOffice) -> None:
    await office.left(await office.line())
    assert await office.post(Mailer(MailSettings(), "")).send_next()
    office.clock.time += timedelta(days=1)
    assert not await office.post().send_next()
