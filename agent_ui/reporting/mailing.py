"""Sends a mail with a file, by the server of the settings."""

import asyncio
import smtplib
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from agent_ui.reporting.media_types import MEDIA_TYPES
from agent_ui.settings import MailSettings

TIMEOUT_S = 30.0


class MailFailedError(Exception):
    """`code` says why; `is_hopeless`: another try would fail as well."""

    def __init__(self, code: str, *, is_hopeless: bool) -> None:
        super().__init__(code)
        self.code = code
        self.is_hopeless = is_hopeless


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent; `message_id` is the same however often it is tried, so that mailboxes show it once."""

    message_id: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    file: Path | None = None
    file_name: str = ""


class Mailer:
    """`password` stands in secrets.toml."""

    def __init__(self, settings: MailSettings, password: str) -> None:
        self._settings = settings
        self._password = password

    @property
    def is_set_up(self) -> bool:
        """Whether there is a server to send by."""
        return bool(self._settings.host and self._settings.sender)

    async def send(self, letter: Letter, handing: Callable[[], Awaitable[None]] | None = None) -> None:
        """Raise MailFailedError; the loop goes on meanwhile.

        `handing` is awaited when the server has taken the addresses, before the first byte of the mail goes out.
        """
        if not self.is_set_up:
            raise MailFailedError("mail_not_set_up", is_hopeless=True)
        loop = asyncio.get_running_loop()

        def now_handing() -> None:
            if handing is not None:
                asyncio.run_coroutine_threadsafe(_awaited(handing), loop).result()

        await asyncio.to_thread(self._send, letter, now_handing)

    def _send(self, letter: Letter, handing: Callable[[], None]) -> None:
        message = self._write(letter)
        try:
            with _parting(self._connect()) as server:
                if self._settings.user:
                    server.login(self._settings.user, self._password)
                _before_data(server, handing)
                refused = server.send_message(message, from_addr=self._settings.sender, to_addrs=letter.recipients)
        except smtplib.SMTPAuthenticationError as error:
            raise MailFailedError("mail_login_refused", is_hopeless=True) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailFailedError("mail_address_refused", is_hopeless=min(codes) >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise MailFailedError("mail_refused", is_hopeless=error.smtp_code >= 500) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailFailedError("mail_without_tls", is_hopeless=True) from error
        except ssl.SSLError as error:
            raise MailFailedError("mail_certificate", is_hopeless=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailedError("mail_server_unreachable", is_hopeless=False) from error
        if refused:
            # the others have it: to send it again would be twice for them
            raise MailFailedError("mail_some_refused", is_hopeless=True)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
        if settings.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server

    def _write(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = letter.message_id
        message["From"] = self._settings.sender
        # who else gets it is nobody's business
        message["To"] = "undisclosed-recipients:;"
        message["Subject"] = letter.subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        if letter.file is not None:
            kind, sub = MEDIA_TYPES[letter.file.suffix].split("/")
            message.add_attachment(letter.file.read_bytes(), maintype=kind, subtype=sub, filename=letter.file_name)
        return message


@contextmanager
def _parting(server: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """Say good-bye at the end; smtplib's own way takes a strange answer to that for one to the mail."""
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


def _before_data(server: smtplib.SMTP, handing: Callable[[], None]) -> None:
    """`send_message` has no place between the addresses and the mail."""
    data = server.data

    def told(message: Any) -> tuple[int, bytes]:
        handing()
        return data(message)

    setattr(server, "data", told)  # noqa: B010 - mypy knows a method there
