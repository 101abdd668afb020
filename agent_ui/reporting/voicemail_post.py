"""Mails that a caller left a message, to whom the queue names; tries again while it fails.

Under one Message-ID: where nobody knows whether a mail arrived it is sent once more, and mailboxes show it once.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from agent_ui.reporting.mailing import Letter, Mailer, MailFailedError
from crm_core.domain.masking import mask_number
from crm_core.errors import StorageError
from crm_core.voicemail_mails import SENT, UNCERTAIN, VoicemailMailRow, VoicemailMails

_log = logging.getLogger(__name__)
EVERY_S = 20.0
MOST_BYTES = 5_000_000  # of sound in a mail, some five minutes; many servers refuse 10 MB, and base64 adds a third
_TEXTS = {
    "zh": {
        "subject": "语音留言：{queue}",
        "subject_of_none": "语音留言",
        "where": "“{queue}”收到一条语音留言。",
        "where_of_none": "收到一条未进入技能组的语音留言。",
        "told": "\n来电号码：{number}\n时间：{at}\n时长：{duration_s} 秒\n",
        "withheld": "未显示",
        "link": "\n收听：{link}\n",
        "page": "\n请在 Callroom 的“语音信箱”页面收听。\n",
        "large": "\n录音过大，未随信附上。\n",
        "gone": "\n录音已不在，未随信附上。\n",
        "again": "\n此邮件可能已发送过一次，属同一条留言。\n",
    },
    "en": {
        "subject": "Voicemail: {queue}",
        "subject_of_none": "Voicemail",
        "where": "A caller left a message in “{queue}”.",
        "where_of_none": "A caller left a message in no queue.",
        "told": "\nNumber: {number}\nTime: {at}\nLength: {duration_s} s\n",
        "withheld": "withheld",
        "link": "\nListen: {link}\n",
        "page": "\nListen to it on the page “Voicemail” of Callroom.\n",
        "large": "\nThe recording is too large to be attached.\n",
        "gone": "\nThe recording is not there any more and is not attached.\n",
        "again": "\nThis mail may have come once before; it is about the same message.\n",
    },
}


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every letter needs: `origin` is where browsers find us ("" : no link), `domain` the sender's."""

    origin: str
    domain: str
    zone: tzinfo


class VoicemailPost:
    """One mail after the other; `sound` finds a message's file, None when it is gone."""

    def __init__(
        self, mails: VoicemailMails, mailer: Mailer, sound: Callable[[str], Path | None], stationery: Stationery
    ) -> None:
        self._mails = mails
        self._mailer = mailer
        self._sound = sound
        self._stationery = stationery
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Look now whether something is due."""
        self._rung.set()

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        is_settled = False
        while True:
            try:
                if not is_settled:
                    await self.settle()
                    is_settled = True
                while await self.send_next():
                    pass
            except StorageError:
                _log.warning("Mails about voicemails wait for the database", exc_info=True)
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._rung.wait()
            except TimeoutError:
                pass
            self._rung.clear()

    async def settle(self) -> None:
        """Have what a killed process was just handing over sent once more: it may be in the mailbox, or nowhere."""
        count = await self._mails.settle()
        if count:
            _log.warning("Mails about voicemails may be sent twice, under one Message-ID", extra={"count": count})

    async def send_next(self) -> bool:
        """Send one; False if none is due."""
        row = await self._mails.due()
        if row is None:
            return False
        await self._mails.begin(row)
        is_handed = False

        async def handing() -> None:
            nonlocal is_handed
            is_handed = True
            await self._mails.handing(row)

        result, is_hopeless = SENT, False
        try:
            await self._mailer.send(await asyncio.to_thread(self.letter, row), handing)
        except MailFailedError as error:
            result, is_hopeless = error.code, error.is_hopeless
            if is_handed and error.code == "mail_server_unreachable":
                result = UNCERTAIN  # the answer was lost, not the mail perhaps
            _log.warning("Voicemail not mailed", extra={"mail_id": row.id, "code": result}, exc_info=error.__cause__)
        except StorageError:
            raise
        except Exception:
            # the others are sent all the same
            _log.exception("Voicemail not mailed", extra={"mail_id": row.id})
            result = UNCERTAIN if is_handed else "internal"
        await self._mails.ended(row, result, is_hopeless=is_hopeless)
        return True

    def letter(self, row: VoicemailMailRow) -> Letter:
        """Write it; the same Message-ID at every try."""
        how, words = row.how, _TEXTS[row.how.language]
        number = row.number or words["withheld"]
        facts = {
            "queue": row.queue_name,
            "number": number if how.whole_number else mask_number(number),
            "at": f"{row.at.astimezone(self._stationery.zone):%Y-%m-%d %H:%M}",
            "duration_s": round(row.duration_s),
        }
        origin = self._stationery.origin
        of = "" if row.queue_name is not None else "_of_none"
        text = (words["where" + of] + words["told"]).format(**facts)
        text += words["link"].format(link=f"{origin}/#/voicemails") if origin else words["page"]
        file = self._sound(row.path) if how.attach and row.path is not None else None
        if how.attach and file is None:
            text += words["gone"]
        if file is not None and file.stat().st_size > MOST_BYTES:
            text, file = text + words["large"], None
        if row.may_have_come:
            text += words["again"]
        # a person's text: no line of it may become a header
        subject = " ".join(words["subject" + of].format(**facts).split())
        message_id = f"<voicemail-{row.message_id}-{row.id}@{self._stationery.domain}>"
        return Letter(message_id, how.addresses, subject, text, file, f"voicemail-{row.message_id}.wav")
