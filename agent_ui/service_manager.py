"""Tells whoever started us as a service (systemd, by sd_notify) that we are ready, alive, and on our way out.

The signs of life come from the event loop: a Callroom that hangs gives none, and is killed and started again.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping

_log = logging.getLogger(__name__)
# systemd recommends half of its limit; a third leaves room for a late one.
BEATS_PER_LIMIT = 3


class ServiceManager:
    """Says nothing where nobody listens. `beat_s` is None when no signs of life are wanted."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        address = environment.get("NOTIFY_SOCKET", "")
        # "@" stands for the zero byte of an abstract address
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.beat_s = _beat_s(environment) if address else None
        self._is_heard = True

    def ready(self, status: str) -> None:
        """All that was to be started is started."""
        self._tell(f"READY=1\nSTATUS={status}")

    def stopping(self) -> None:
        """What follows is the end, and wanted."""
        self._tell("STOPPING=1\nSTATUS=stopping")

    async def keep_beating(self) -> None:
        """Give signs of life until cancelled."""
        while self.beat_s is not None:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self.beat_s)

    def _tell(self, said: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto(said.encode(), self._address)
            self._is_heard = True
        except OSError as error:
            # it will say in its own log that it missed us, and start us again; calls do not wait for it
            if self._is_heard:
                _log.warning("Service manager does not listen", extra={"error": type(error).__name__})
            self._is_heard = False


def _beat_s(environment: Mapping[str, str]) -> float | None:
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None  # meant for the process that started us
    limit_us = environment.get("WATCHDOG_USEC", "")
    return int(limit_us) / 1e6 / BEATS_PER_LIMIT if limit_us.isdecimal() and int(limit_us) else None
