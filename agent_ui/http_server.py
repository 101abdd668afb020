"""How our HTTP servers treat a connection: nothing is inflated, nobody may dawdle, strangers fill no log."""

import logging
from typing import Any

from aiohttp.http_exceptions import HttpProcessingError

# Longer than a reverse proxy keeps an idle connection (nginx: 60 s), or it would send into one that we just closed.
# As long may a request's header take.
IDLE_LIMIT_S = 65.0
# So long is read on and thrown away after an answer, so that the client sees the answer.
LINGER_S = 2.0

_log = logging.getLogger(__name__)


class MalformedFilter(logging.Filter):
    """What is not HTTP is the sender's fault: one line, without a trace of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, HttpProcessingError):
            record.msg, record.args, record.exc_info = "Malformed request", (), None
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
            record.reason = type(error).__name__
        return True


_log.addFilter(MalformedFilter())


def server_options() -> dict[str, Any]:
    """Return what aiohttp's runner is made with."""
    return {
        "logger": _log,
        "keepalive_timeout": IDLE_LIMIT_S,
        "lingering_time": LINGER_S,
        # 486 kB of deflate can be 500 MB, and would be inflated in the loop that carries calls
        "auto_decompress": False,
    }
