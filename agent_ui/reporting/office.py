"""What reports need beside the calls: their sums, files and mails; and the mails about voicemails."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent_ui.config import Config
from agent_ui.memory import Memory
from agent_ui.reporting.exports import ExportDesk
from agent_ui.reporting.mailing import Mailer
from agent_ui.reporting.making import FileMaker
from agent_ui.reporting.postman import Postman
from agent_ui.reporting.voicemail_post import Stationery, VoicemailPost
from crm_core.reports.summary import Summary
from cti.tasks import TaskSet


@dataclass(frozen=True, slots=True)
class Reporting:
    """One of each; `start` lets them work behind the calls."""

    exports: ExportDesk
    mailer: Mailer
    postman: Postman
    voicemails: VoicemailPost
    sums: Summary

    def start(self, tasks: TaskSet) -> "Reporting":
        """Count what is noted, make the files that are wanted, mail what is due and voicemails as they come in."""
        tasks.start(self.sums.run(), name="report sums")
        tasks.start(self.exports.run(), name="report files")
        tasks.start(self.postman.run(), name="report mails")
        tasks.start(self.voicemails.run(), name="voicemail mails")
        return self


def open_reporting(config: Config, memory: Memory, sound: Callable[[str], Path | None]) -> Reporting:
    """Build them; `sound` finds the file of a message."""
    folder = config.home / "exports"
    maker = FileMaker(memory.reports, memory.campaign_reports, memory.pause_reasons)
    exports = ExportDesk(memory.report_files, maker, folder)
    mailer = Mailer(config.mail, config.secrets.mail_password)
    domain = config.mail.sender.partition("@")[2] or "callroom.invalid"
    postman = Postman(memory.saved_reports, memory.reports, maker, folder / "mailed", mailer, domain)
    stationery = Stationery(config.web.public_origin, domain, config.telephone.zone)
    voicemails = VoicemailPost(memory.voicemail_mails, mailer, sound, stationery)
    memory.messages.on_change(voicemails.ring)
    return Reporting(exports, mailer, postman, voicemails, memory.report_sums)
