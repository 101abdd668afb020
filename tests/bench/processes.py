"""What the processes of one installation cost: read from /proc."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu_s` with the children that have ended already (ffmpeg)."""

    cpu_s: float = 0.0
    ended_children_s: float = 0.0
    rss_mb: float = 0.0
    files: int = 0
    threads: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.cpu_s + other.cpu_s,
            self.ended_children_s + other.ended_children_s,
            self.rss_mb + other.rss_mb,
            self.files + other.files,
            self.threads + other.threads,
        )


def cost(pids: Iterable[int]) -> Cost:
    """Sum over the processes that are there."""
    total = Cost()
    for pid in pids:
        try:
            total += _one(Path("/proc") / str(pid))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def _one(folder: Path) -> Cost:
    fields = (folder / "stat").read_text().rpartition(") ")[2].split()
    user, system, children_user, children_system = (int(fields[number]) * _TICK_S for number in (11, 12, 13, 14))
    return Cost(
        user + system,
        children_user + children_system,
        int(fields[21]) * _PAGE / 1e6,
        len(list((folder / "fd").iterdir())),
        int(fields[17]),
    )


def family(pid: int) -> list[int]:
    """Return the process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found, ahead = [], [pid]
    while ahead:
        found.append(ahead.pop())
        ahead += children.get(found[-1], [])
    return found


def program(pid: int) -> str:
    """Return the process's command line."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
