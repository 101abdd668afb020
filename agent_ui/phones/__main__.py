"""The door's program: `python -m agent_ui.phones`, started by `callroom up` and `serve`, or by hand."""

import asyncio
import os
import signal
import sys

from agent_ui.config import load_config
from agent_ui.errors import ScreenError
from agent_ui.logs import set_up_logging
from agent_ui.phones.door import Door
from agent_ui.phones.place import DoorPlace
from agent_ui.secrets import PRIVATE_UMASK


async def _serve() -> None:
    config = load_config()
    # a file of its own: two processes would turn one log over under each other's hands
    set_up_logging(config.home / "log" / "phones")
    task = asyncio.ensure_future(Door(DoorPlace.of(config)).run())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def main() -> int:
    """Serve until told to stop."""
    os.umask(PRIVATE_UMASK)
    try:
        asyncio.run(_serve())
    except (ScreenError, OSError) as error:
        print(f"callroom phones: {error}", file=sys.stderr)  # noqa: T201 - the program's own last word
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
