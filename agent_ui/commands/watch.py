"""Brings an Asterisk back that ended by itself while `callroom up` serves; one that was stopped stays stopped."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from agent_ui.commands.serving import say
from cti.asterisk.instance import Instance
from cti.errors import AsteriskFailed

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 0.5
# Whoever stops it deletes the note of its process a moment after its end: look twice before calling it a crash.
LOOKS = 2
TRY_AGAIN_S = 5.0


async def keep_running(instances: Mapping[str, Instance], started: Callable[[str, int], None]) -> None:
    """Watch until cancelled; `started` is told the name and the new process of each that was brought back."""
    gone = dict.fromkeys(instances, 0)
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        for name, instance in instances.items():
            gone[name] = gone[name] + 1 if instance.has_crashed() else 0
            if gone[name] >= LOOKS:
                gone[name] = 0
                await _bring_back(name, instance, started)


async def _bring_back(name: str, instance: Instance, started: Callable[[str, int], None]) -> None:
    say(f"{name} ended by itself; starting it again")
    _log.error("Asterisk ended by itself", extra={"instance": name})
    try:
        pid = await instance.start()
    except (AsteriskFailed, OSError) as error:
        say(f"{name} does not start: {error}")
        _log.exception("Asterisk does not start", extra={"instance": name})
        await asyncio.sleep(TRY_AGAIN_S)
        return
    started(name, pid)
    say(f"{name} is back (process {pid})")
