"""Where it is measured: a whole Callroom in a home of its own, with Asterisk's `Queue()` set up beside it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from cti.asterisk.instance import Instance
from cti.asterisk.layout import InstanceSettings, callroom_settings
from cti.asterisk.program import find_asterisk
from cti.asterisk.secrets import load_or_create
from tests.installation import Installation
from tests.prefix import cached_prefix


@dataclass(frozen=True, slots=True)
class Place:
    """`instance` is Callroom's Asterisk."""

    installation: Installation
    switch: InstanceSettings
    instance: Instance
    version: str

    def append(self, file: str, text: str) -> None:
        """Add to a rendered file of this home alone; nothing of it is in the shipped templates."""
        path = self.switch.layout.etc / file
        with path.open("a", encoding="utf-8") as config:
            config.write(f"\n{text}\n")

    def section(self, file: str, name: str) -> str:
        """Return one section of a rendered file, without its heading."""
        text = (self.switch.layout.etc / file).read_text(encoding="utf-8")
        # A template's heading goes on behind the bracket: `name](!`.
        heading = f"\n[{name})\n" if name.endswith("(!") else f"\n[{name}]\n"
        return text.partition(heading)[2].partition("\n[")[0]


@contextlib.asynccontextmanager
async def place(**environment: str) -> AsyncIterator[Place]:
    """Start it as `make run` does, and end it."""
    installation = Installation(**environment)
    if "BENCH_WATCH_FILE" in environment:
        installation.module = "tests.bench.watched"
    if "BENCH_PROFILE_FILE" in environment:
        installation.module = "tests.bench.profiled"
    try:
        await installation.start()
        program = find_asterisk(cached_prefix())
        assert program is not None
        secrets = load_or_create(installation.home / "secrets.toml")
        switch = callroom_settings(installation.home, installation.base_port, secrets)
        instance = Instance(program, switch.layout)
        version = (await instance.command("core show version")).partition(" built by")[0].strip()
        yield Place(installation, switch, instance, version)
    finally:
        await installation.stop()


def root() -> Path:
    """Return the checkout."""
    return Path(__file__).resolve().parents[2]
