"""`make bench`: measure everything once, and write BENCHMARKS.md."""

import asyncio
import subprocess
import sys
import time

from tests.bench import bridge, pop
from tests.bench.ami_reader import manager
from tests.bench.caller import Carrier
from tests.bench.machine import look
from tests.bench.place import place, root
from tests.bench.report import Run, document
from tests.bench.seat import seat, straight_to_queue
from tests.bench.stream import measure_stream
from tests.bench.waiting import measure_waiting
from tests.browser.desk import CHROMIUM

POPS, BRIDGES, WAITING = 100, 50, 30


async def measure() -> Run:
    """Take all figures in one installation."""
    machine, began = look(), time.monotonic()
    async with place() as here:
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        async with seat(here.installation, "admin") as admin:
            await straight_to_queue(admin, pop.NUMBER, pop.LOGIN)
            await straight_to_queue(admin, bridge.OURS, bridge.LOGIN)
        say(f"INVITE → pop, {POPS} calls")
        pops = await pop.measure_pops(here, carrier, POPS)
        async with manager(here.switch) as witness:
            say(f"INVITE → bridged, {BRIDGES} calls each way")
            bridges = await bridge.measure_bridges(here, carrier, witness, BRIDGES)
            recorded = bytes(witness.raw)
            say(f"INVITE → bridged with a waiting leg, {WAITING} calls each way")
            waiting = await measure_waiting(here, carrier, witness, WAITING)
        carrier.close()
    say("AMI clients on the recorded stream")
    stream = await measure_stream(recorded)
    took_s = time.monotonic() - began
    return Run(machine, here.version, chromium_version(), took_s, pops, bridges, waiting, stream)


def chromium_version() -> str:
    """Return the number alone."""
    said = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=False).stdout
    return next((word for word in said.split() if word[0].isdigit()), "unknown")


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stdout.write(f"==> {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    text = document(asyncio.run(measure()))
    (root() / "BENCHMARKS.md").write_text(text + "\n", encoding="utf-8")
    say("BENCHMARKS.md is written")
