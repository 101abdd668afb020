"""Where log lines go: a file that is turned over, and the terminal for what a person must know."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 10_000_000
FILES = 5
_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class FieldsFormatter(logging.Formatter):
    """The constant message, then the fields: a collector can drop those that may hold personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Append `extra` as name=value."""
        fields = {name: value for name, value in vars(record).items() if name not in _PLAIN}
        head, newline, trace = super().format(record).partition("\n")
        return head + "".join(f" {name}={value!r}" for name, value in fields.items()) + newline + trace


def set_up_logging(folder: Path, level: str = "INFO") -> None:
    """Send everything to callroom.log, warnings to the terminal as well."""
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(folder / "callroom.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    file.setFormatter(FieldsFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(FieldsFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(level)
    root.handlers = [file, terminal]
