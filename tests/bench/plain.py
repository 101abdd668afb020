"""The same calls without Callroom: Asterisk's own `Queue()`, the same recording, phones at Asterisk's own WebSocket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cti.asterisk.secrets import sip_password
from cti.tasks import TaskSet
from tests.bench.crew import Crew, Phone
from tests.bench.office import Office

ENTRY = "4811"
# What Callroom's dialplan, talk and recording do, without asking anybody: answered, recorded while bridged, rung.
DIALPLAN = """[from-trunk](+)
exten => {entry},1,Answer(0,i)
 same => n,MixMonitor({folder}/${{UNIQUEID}}.raw,Db)
 same => n,Queue(bench-plain,,,,30)"""
QUEUE = """[bench-plain]
strategy = rrmemory
timeout = 15
ringinuse = no
{members}"""


@asynccontextmanager
async def plain_crew(here: Office) -> AsyncIterator[Crew]:
    """Set the queue up, and let as many phones answer; Callroom runs beside it and has nothing to do."""
    folder = recordings(here)
    folder.mkdir(exist_ok=True)
    extensions = here.extensions
    place = here.place
    place.append("extensions.conf", DIALPLAN.format(entry=ENTRY, folder=folder))
    place.append("queues.conf", QUEUE.format(members="\n".join(f"member => PJSIP/{one}" for one in extensions)))
    await place.instance.command("dialplan reload")
    await place.instance.command("queue reload all")
    crew, tasks = Crew(), TaskSet()
    made = [Phone(one, sip_password(place.switch.secrets.sip_key, one), here.phones, crew.took) for one in extensions]
    places = asyncio.Semaphore(8)

    async def come(phone: Phone) -> None:
        async with places:
            await phone.open_ws(place.switch.ws_port)
            assert "200" in await phone.register(expires_s=600)

    await asyncio.gather(*(come(phone) for phone in made))
    try:
        yield crew
    finally:
        for phone in made:
            with contextlib.suppress(OSError):
                await phone.aclose()
        await tasks.aclose()


def recordings(here: Office) -> Path:
    """Where they lie."""
    return here.place.installation.home / "bench-recordings"
