"""One whole Callroom as an operator starts it (`callroom up`), in a home of its own: for stories and benches."""

import asyncio
import functools
import os
import shutil
import signal
import ssl
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from cti.asterisk.instance import Instance
from cti.asterisk.layout import InstanceLayout, PstnSettings, pstn_settings
from cti.asterisk.program import find_asterisk
from cti.asterisk.pstn import Audio, active_calls, call_in, hang_up, press
from cti.asterisk.secrets import load_or_create
from tests import spoken
from tests.asterisk.pair import free_base_port
from tests.certificates import trusting
from tests.prefix import cached_prefix
from tests.preloaded import Forked, preloaded

# The first start also unpacks Asterisk and lets espeak-ng speak the prompts.
START_LIMIT_S = 300
STOP_LIMIT_S = 30
# Apart from the range of the contract tests' pair (tests.asterisk.pair).
RTP_FIRST = 46000
RTP_PORTS = 800
ENTRY = "4001"


class Installation:
    """`start` returns when it serves; `stop` ends it as Ctrl-C does and removes its home.

    `forked`: see tests.preloaded.
    """

    def __init__(self, *, tls: tuple[Path, Path] | None = None, forked: bool = False, **environment: str) -> None:
        # Not under pytest's folder: a Unix socket's path may have 107 bytes (sun_path).
        self.home = Path(tempfile.mkdtemp(prefix="callroom-"))
        self.base_port = base_port = free_base_port()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{base_port}"
        # for a client of the tests: whom to trust
        self.ssl: ssl.SSLContext | bool = trusting(tls[0]) if tls else True
        self.log = self.home / "up.log"
        self.module = "agent_ui"
        self.forked = forked
        self._process: asyncio.subprocess.Process | Forked | None = None
        self.environment = {
            **os.environ,
            "CALLROOM_HOME": str(self.home),
            "CALLROOM_BASE_PORT": str(base_port),
            "CALLROOM_ASTERISK_PREFIX": str(cached_prefix()),
            "CALLROOM_ASTERISK_RTP_START": str(RTP_FIRST),
            "CALLROOM_ASTERISK_RTP_END": str(RTP_FIRST + RTP_PORTS - 1),
            "PYTHONUNBUFFERED": "1",
            **({"CALLROOM_WEB_TLS_CERT": str(tls[0]), "CALLROOM_WEB_TLS_KEY": str(tls[1])} if tls else {}),
            **environment,
        }

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def passwords(self) -> dict[str, str]:
        return tomllib.loads((self.home / "secrets.toml").read_text())["passwords"]

    @property
    def pstn(self) -> PstnSettings:
        return pstn_settings(self.home, self.base_port, load_or_create(self.home / "secrets.toml"))

    async def start(self) -> None:
        turn = await asyncio.to_thread(spoken.take, self.home)
        with turn:
            self._process = await self._begin()
            async with asyncio.timeout(START_LIMIT_S), aiohttp.ClientSession() as http:
                while not await self._serves(http):
                    if self._process.returncode is not None:
                        raise AssertionError(f"callroom up ended: {self.log.read_text()[-4000:]}")
                    await asyncio.sleep(0.2)
            await asyncio.to_thread(spoken.give, self.home, turn)

    async def _begin(self) -> asyncio.subprocess.Process | Forked:
        if self.forked:
            start = functools.partial(preloaded().start, self.module, "up")
            return await asyncio.to_thread(start, environment=self.environment, log=self.log)
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, "up", env=self.environment, stdout=log, stderr=log
            )

    async def _serves(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.url}/api/v1/health", ssl=self.ssl) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self) -> None:
        await self.end_process(signal.SIGINT)
        self._end_what_it_left()
        shutil.rmtree(self.home, ignore_errors=True)

    def _end_what_it_left(self) -> None:
        """A program that did not come up again after it was killed leaves the Asterisks of before."""
        program = find_asterisk(cached_prefix())
        for layout in (InstanceLayout(self.home / "run" / "callroom"), self.pstn.layout):
            pid = None if program is None else Instance(program, layout).status().pid
            if pid is not None:
                os.kill(pid, signal.SIGKILL)

    async def ended(self) -> int:
        """Wait until it has ended by itself."""
        assert self._process is not None
        return await self._process.wait()

    async def end_process(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await asyncio.wait_for(self._process.wait(), STOP_LIMIT_S)

    async def call_in(
        self,
        number: str | None,
        *,
        to: str = ENTRY,
        name: str = "",
        keys: str = "1",
        stay_s: float = 60.0,
        audio: Audio = "tone440",
    ) -> str:
        return await call_in(self.pstn, to, number, name=name, keys=keys, key_delay_s=2.0, stay_s=stay_s, audio=audio)

    async def caller_hangs_up(self, channel_id: str) -> None:
        await hang_up(self.pstn, channel_id)

    async def caller_presses(self, channel_id: str, keys: str) -> None:
        await press(self.pstn, channel_id, keys)

    async def everybody_hangs_up(self) -> None:
        for channel_id in await active_calls(self.pstn):
            await hang_up(self.pstn, channel_id)

    async def no_callers_left(self) -> bool:
        return not await active_calls(self.pstn)


@asynccontextmanager
async def running_installation(
    tls: tuple[Path, Path] | None = None, *, forked: bool = False
) -> AsyncIterator[Installation]:
    """One that serves, for as long as the block lasts."""
    made = Installation(tls=tls, forked=forked)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
