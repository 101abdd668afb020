"""Looks at the machine: folders, room on the disk, clock, tools."""

import ctypes
import os
from pathlib import Path

from agent_ui.built_app import is_built
from agent_ui.config import Config
from agent_ui.doctor.finding import Finding, fail, ok, warn
from agent_ui.joints.disks import Disks, ask_room, limits_of
from agent_ui.plant import Plant
from cti.errors import AsteriskMissing
from recordings.domain.room import DiskLevel, DiskRoom, RoomLimits, next_level

SAID = {
    DiskLevel.ROOMY: (ok, "disk_has_room"),
    DiskLevel.LOW: (warn, "disk_gets_full"),
    DiskLevel.SHORT: (fail, "disk_short"),
    DiskLevel.FULL: (fail, "disk_full"),
}
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
    found.append(ok("secrets_private") if is_private else fail("secrets_open", file=secrets))
    return [*found, *_examine_recordings(config.recordings_folder)]


def _examine_recordings(folder: Path) -> list[Finding]:
    # what is not there yet is made with the first recording
    there = next(place for place in (folder, *folder.parents) if place.exists())
    is_usable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    return [] if is_usable else [fail("recordings_not_writable", folder=folder)]


def examine_disks(config: Config) -> list[Finding]:
    """One finding for each file system that Callroom fills."""
    places: dict[int, Path] = {}
    for folder in (config.home, config.recordings_folder):
        if folder.is_dir():
            places.setdefault(folder.stat().st_dev, folder)
    return [_room(folder, limits_of(config)) for folder in places.values()]


def judge_disks(config: Config, disks: Disks) -> list[Finding]:
    """What a running Callroom found at its last look, and holds to until there is more room."""
    folders = {"home": config.home, "recordings": config.recordings_folder}
    limits = limits_of(config)
    return [
        fail("disk_unreadable", place=folders[name]) if room is None else _judge(folders[name], room, limits, level)
        for name, (room, level) in disks.rooms().items()
    ]


def _room(folder: Path, limits: RoomLimits) -> Finding:
    room = ask_room(folder)
    return _judge(folder, room, limits, next_level(room, limits))


def _judge(folder: Path, room: DiskRoom, limits: RoomLimits, level: DiskLevel) -> Finding:
    say, code = SAID[level]
    shown = {
        "free_percent": f"{room.free_ratio * 100:.0f}",
        "free_gb": f"{room.free_bytes / 1e9:.1f}",
        "short_percent": f"{limits.ratio(DiskLevel.SHORT) * 100:.0f}",
        "stop_percent": f"{limits.min_free_ratio * 100:.0f}",
    }
    return say(code, place=folder, **shown)


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
