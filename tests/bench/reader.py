"""One AMI client as a process of its own: reads a stream to its end and tells the processor time that it took."""

import asyncio
import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable

from cti.ami.connection import AmiConnection
from cti.ami.message import Message
from cti.ami.translate import WANTED, Translator

END = "BenchEnd"


class Meter:
    """From the first event to the last, in processor time of the whole process, threads included."""

    def __init__(self) -> None:
        self.seen = 0
        self.made = 0
        self._began = 0.0

    def note(self) -> None:
        if not self.seen:
            self._began = time.process_time()
        self.seen += 1

    def tell(self) -> None:
        cpu_s = time.process_time() - self._began
        sys.stdout.write(json.dumps({"seen": self.seen, "made": self.made, "cpu_s": cpu_s}))


async def callroom(port: int) -> None:
    """Read with our connection, and translate into the floor's words as `cti.switch` does."""
    link, translator, meter = AmiConnection("127.0.0.1", port, "u", "s", wanted=WANTED), Translator("n1"), Meter()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(link.run())
        while True:
            message = await link.next_event()
            if not isinstance(message, Message):
                continue
            meter.note()
            if message.get("UserEvent") == END:
                break
            if message.event == "Newchannel" and message.get("Channel").startswith("PJSIP/10"):
                translator.expect(message.get("Uniqueid"))
            meter.made += len(translator.translate(message, 0.0))
        running.cancel()
    meter.tell()


async def panoramisk(port: int) -> None:
    """Read with panoramisk, every event to one callback."""
    from panoramisk import Manager  # noqa: PLC0415 - each process loads its own client only

    over, meter = asyncio.Event(), Meter()

    def take(_manager: object, event: dict[str, str]) -> None:
        meter.note()
        if event.get("UserEvent") == END:
            over.set()

    loop = asyncio.get_running_loop()
    manager = Manager(loop=loop, host="127.0.0.1", port=port, username="u", secret="s", ping_interval=60)
    manager.register_event("*", take)
    await manager.connect()
    await over.wait()
    manager.close()
    meter.tell()


async def pyst2(port: int) -> None:
    """Read with pyst2, every event to one callback."""
    warnings.simplefilter("ignore")
    from asterisk.manager import Event, Manager  # noqa: PLC0415

    over, meter = threading.Event(), Meter()

    def take(event: Event, _manager: object) -> None:
        meter.note()
        if event.headers.get("UserEvent") == END:
            over.set()

    manager = Manager()
    manager.register_event("*", take)
    manager.connect("127.0.0.1", port)
    manager.login("u", "s")
    await asyncio.to_thread(over.wait)
    meter.tell()
    sys.stdout.flush()
    os._exit(0)  # its reading thread ends with the connection only, and close() waits for it


CLIENTS: dict[str, Callable[[int], object]] = {"callroom": callroom, "panoramisk": panoramisk, "pyst2": pyst2}

if __name__ == "__main__":
    asyncio.run(CLIENTS[sys.argv[1]](int(sys.argv[2])))  # type: ignore[arg-type]
