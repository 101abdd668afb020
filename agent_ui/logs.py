"""Where log lines go: JSON lines in a file that is turned over, and the terminal for what a person must know."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from cti.about import current_call

FILE_BYTES = 10_000_000
FILES = 5
_DETAIL = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)
_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class CallFilter(logging.Filter):
    """Gives each line the id of the call that the code is about; a line that names its call itself keeps that."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        if not hasattr(record, "call_id") and (call_id := current_call()):
            record.call_id = call_id
        return True


class FieldsFormatter(logging.Formatter):
    """For people: the constant message, then the fields as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Append `extra`."""
        head, newline, trace = super().format(record).partition("\n")
        return (
            head + "".join(f" {name}={value!r}" for name, value in _fields(record).items()) + newline + _discreet(trace)
        )


class JsonFormatter(logging.Formatter):
    """For programs: one object per line with at, level, logger, message, the fields, and `trace` of an error.

    Messages are constant; what may be personal is in fields, which a collector can drop.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write what JSON does not know as its text."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in _fields(record).items() if name not in line}
        if record.exc_info:
            line["trace"] = _discreet(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(folder: Path, level: str = "INFO") -> None:
    """Send everything to callroom.log, warnings to the terminal as well."""
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(folder / "callroom.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    file.setFormatter(JsonFormatter())
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(FieldsFormatter("%(levelname)s %(name)s: %(message)s"))
    for handler in (file, terminal):
        handler.addFilter(CallFilter())
    root = logging.getLogger()
    root.setLevel(level)
    root.handlers = [file, terminal]


def _discreet(trace: str) -> str:
    """PostgreSQL adds to its errors the row that it refuses; who that is about is nothing for a log."""
    return _DETAIL.sub(r"\1: (not in the log)", trace)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _PLAIN}
