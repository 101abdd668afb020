"""Where faults happen: a whole Callroom whose AMI goes through a proxy, four agents, two entry numbers."""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cti.asterisk.instance import Instance
from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.faults.invariants import Outage
from tests.faults.proxy import Proxy
from tests.faults.reading import switch_of
from tests.installation import ENTRY, Installation

STRAIGHT = "4801"  # leads to a recorded queue at once
MENU = ENTRY
LOGINS = ("agent", "agent2", "agent3", "agent4")


@dataclass
class Town:
    installation: Installation
    proxy: Proxy
    passwords: dict[str, str]

    @property
    def switch(self) -> Instance:
        return switch_of(self.installation)

    def passwords_of(self, count: int) -> dict[str, str]:
        return {login: self.passwords[login] for login in LOGINS[:count]}

    async def kill_callroom(self) -> Outage:
        """SIGKILL, and start again at once; the outage lasts until it serves."""
        began_at = datetime.now(UTC)  # noqa: TID251 - the story happens in real time
        await self.installation.end_process(signal.SIGKILL)
        await self.installation.start()
        return Outage(began_at, datetime.now(UTC))  # noqa: TID251

    async def kill_asterisk(self) -> int:
        """SIGKILL; returns the process that is gone."""
        pid = self.switch.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    async def let_phones_be_mute(self) -> None:
        """The scripted phones send no sound, and talk for longer than a page may be mute; a new `up` undoes it."""
        path = self.switch._layout.etc / "pjsip.conf"
        text = await asyncio.to_thread(path.read_text)
        await asyncio.to_thread(path.write_text, re.sub(r"(?m)^rtp_timeout = \d+$", "rtp_timeout = 300", text))
        await self.switch.command("module reload res_pjsip.so")

    async def quiet(self) -> None:
        """Nobody is on the line any more.

        A channel that was taken out of its application while it was being hung up can leave a shell behind in Asterisk
        22 (`Surrogate/`, state Down, without thread, sound or application), which nothing ends; seen in two of ten runs
        of the kills. It is nobody's.
        """
        await self.switch.command("channel request hangup all")

        async def nobody() -> bool:
            told = await self.switch.command("core show channels concise")
            return all(re.match(r"Surrogate/[^!]+!.*!Down!", line) for line in told.splitlines() if "!" in line)

        try:
            await eventually(nobody, 10, "all channels gone")
        except AssertionError as late:
            raise AssertionError(f"still there: {await self.switch.command('core show channels verbose')}") from late


@contextlib.asynccontextmanager
async def town(database_url: str | None = None, *, forked: bool = False) -> AsyncIterator[Town]:
    """Without an address, with SQLite; `forked`: see tests.preloaded."""
    proxy = Proxy()
    port = await proxy.start()
    installation = Installation(forked=forked, CALLROOM_ASTERISK_AMI_PORT=str(port))
    proxy.leads_to(installation.base_port + 1)
    if database_url is not None:
        (installation.home / "callroom.toml").write_text(f'[database]\nurl = "{database_url}"\n')
    try:
        await installation.start()
        async with seat(installation, "admin") as admin:
            passwords = await _people(admin, installation)
        yield Town(installation, proxy, passwords)
    finally:
        await installation.stop()
        await proxy.aclose()


async def _people(admin: Seat, installation: Installation) -> dict[str, str]:
    queue = await admin.ask("POST", "/queues", {"name": "Straight", "record": True, "wrap_up_s": 0, "max_wait_s": 600})
    body = {"start": "line", "nodes": {"line": {"type": "queue", "queue": queue["id"]}}}
    flow = await admin.ask("POST", "/flows", {"name": "Straight", "body": body})
    await admin.ask("POST", "/entry-numbers", {"number": STRAIGHT, "label": "Straight", "flow_id": flow["id"]})
    passwords = {login: installation.passwords[login] for login in ("agent", "agent2")}
    for login in LOGINS[2:]:
        draft = {"login": login, "name": login, "role": "agent", "language": "en", "queue_ids": []}
        passwords[login] = (await admin.ask("POST", "/users", draft))["password"]
    menus = (await admin.ask("GET", "/queues"))["items"][0]["id"]
    for user in (await admin.ask("GET", "/users"))["items"]:
        if user["login"] in LOGINS:
            change = {"version": user["version"], "queue_ids": sorted({menus, queue["id"]})}
            await admin.ask("PATCH", f"/users/{user['id']}", change)
    return passwords


async def until(check: Callable[[], object], timeout_s: float, what: str) -> float:
    """Wait for something that can be told at once; return the seconds it took."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    while not check():
        assert loop.time() - began_s < timeout_s, f"not within {timeout_s} s: {what}"
        await asyncio.sleep(0.05)
    return loop.time() - began_s
