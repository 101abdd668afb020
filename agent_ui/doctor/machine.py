"""Looks at the machine: folders, room on the disk, clock, tools."""

import ctypes
import os
import shutil
from pathlib import Path

from agent_ui.built_app import is_built
from agent_ui.config import Config
from agent_ui.doctor.finding import Finding, fail, ok, warn
from agent_ui.plant import Plant
from cti.errors import AsteriskMissing

WARN_BELOW_RATIO = 0.15
# adjtimex(2): the clock is not synchronised. The struct that it fills is smaller than this.
TIME_ERROR = 5
TIMEX_BYTES = 1024
OTHERS = 0o077


def examine_home(config: Config) -> list[Finding]:
    """Only what Callroom itself will do there."""
    found = [
        ok("home_usable", folder=config.home)
        if os.access(config.home, os.W_OK | os.X_OK)
        else fail("home_not_writable", folder=config.home)
    ]
    secrets = config.home / "secrets.toml"
    is_private = not secrets.stat().st_mode & OTHERS
    return [*found, ok("secrets_private") if is_private else fail("secrets_open", file=secrets)]


def examine_disks(config: Config) -> list[Finding]:
    """One finding for each file system that Callroom fills."""
    places: dict[int, Path] = {}
    for folder in (config.home, config.recordings_folder):
        if folder.is_dir():
            places.setdefault(folder.stat().st_dev, folder)
    return [_room(folder, config.recordings.stop_below_free_ratio) for folder in places.values()]


def _room(folder: Path, stop_ratio: float) -> Finding:
    disk = shutil.disk_usage(folder)
    ratio = disk.free / disk.total
    code, say = ("disk_has_room", ok)
    if ratio < stop_ratio:
        code, say = ("disk_full", fail)
    elif ratio < WARN_BELOW_RATIO:
        code, say = ("disk_gets_full", warn)
    return say(code, place=folder, free_percent=f"{ratio * 100:.0f}", stop_percent=f"{stop_ratio * 100:.0f}")


def examine_clock() -> list[Finding]:
    """Ask the kernel, which every time daemon tells."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    return [warn("clock_not_synchronised") if state in {TIME_ERROR, -1} else ok("clock_synchronised")]


def examine_tools(plant: Plant) -> list[Finding]:
    """Programs that Callroom runs."""
    try:
        plant.tools()
    except AsteriskMissing as error:
        return [fail("tool_missing", tool=str(error))]
    return [ok("tools_there")]


def examine_browser_app() -> list[Finding]:
    """A checkout without its built pages."""
    return [ok("browser_app_there") if is_built() else warn("browser_app_missing")]
