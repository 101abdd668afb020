"""What reports need beside the calls: their sums, files and mails."""

from dataclasses import dataclass

from agent_ui.config import Config
from agent_ui.memory import Memory
from agent_ui.reporting.exports import ExportDesk
from agent_ui.reporting.mailing import Mailer
from agent_ui.reporting.making import FileMaker
from agent_ui.reporting.postman import Postman
from crm_core.reports.summary import Summary
from cti.tasks import TaskSet


@dataclass(frozen=True, slots=True)
class Reporting:
    """One of each; `start` lets them work behind the calls."""

    exports: ExportDesk
    mailer: Mailer
    postman: Postman
    sums: Summary

    def start(self, tasks: TaskSet) -> "Reporting":
        """Count what is noted, make the files that are wanted, and mail what is due."""
        tasks.start(self.sums.run(), name="report sums")
        tasks.start(self.exports.run(), name="report files")
        tasks.start(self.postman.run(), name="report mails")
        return self


def open_reporting(config: Config, memory: Memory) -> Reporting:
    """Build them."""
    folder = config.home / "exports"
    maker = FileMaker(memory.reports, memory.pause_reasons)
    exports = ExportDesk(memory.report_files, maker, folder)
    mailer = Mailer(config.mail, config.secrets.mail_password)
    domain = config.mail.sender.partition("@")[2] or "callroom.invalid"
    postman = Postman(memory.saved_reports, memory.reports, maker, folder / "mailed", mailer, domain)
    return Reporting(exports, mailer, postman, memory.report_sums)
