"""Which Asterisk runs: one from the private prefix, or the machine's own when it is new enough."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# The security releases of 2026-06-25 and later. 22.11.0 cannot be supervised: a spied channel fails to bridge
# (asterisk/asterisk issue 2134).
OLDEST = {20: (20, 20, 1), 22: (22, 10, 1), 23: (23, 4, 1)}
NEWEST_LINE = max(OLDEST)
BROKEN = {(22, 11, 0)}


@dataclass(frozen=True, slots=True)
class Program:
    """An Asterisk that can be started; `argv` may begin with a dynamic loader of its own."""

    argv: tuple[str, ...]
    modules_dir: Path
    data_dir: Path
    version: str
    prefix: Path | None = None

    @property
    def moh_dir(self) -> Path:
        """Music on hold."""
        return self.data_dir / "moh"


def is_new_enough(version: str) -> bool:
    """Tell whether a version line such as "Asterisk 22.10.1~dfsg" is one that Callroom runs on."""
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", version)
    if not found:
        return False
    number = (int(found[1]), int(found[2]), int(found[3]))
    if number in BROKEN:
        return False
    oldest = OLDEST.get(number[0])
    return number >= oldest if oldest else number[0] > NEWEST_LINE


def find_asterisk(prefix: Path) -> Program | None:
    """Return the Asterisk to use: the private one when it is there, else the machine's own; None if neither."""
    return private_asterisk(prefix) or system_asterisk()


def private_asterisk(prefix: Path) -> Program | None:
    """Return the Asterisk of a complete private prefix."""
    from_prefix = library_folder(prefix)
    if from_prefix is None or not (prefix / MARKER).is_file():
        return None
    argv = (*loader(prefix), str(prefix / "usr/sbin/asterisk"))
    version = _version(argv)
    if version is None:
        return None
    return Program(argv, from_prefix / "asterisk/modules", prefix / "usr/share/asterisk", version, prefix)


def system_asterisk() -> Program | None:
    """Return the machine's own Asterisk if it is new enough and has its sounds and music."""
    binary = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        return None
    version = _version((binary,))
    modules = [p for p in Path("/usr").glob("lib*/**/asterisk/modules") if (p / "res_agi.so").exists()]
    data = [p for p in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")) if (p / "sounds/en").is_dir()]
    if version is None or not is_new_enough(version) or not modules or not data:
        return None
    return Program((binary,), modules[0], data[0], version)


MARKER = ".callroom-complete"


def library_folder(prefix: Path) -> Path | None:
    """Return PREFIX/usr/lib/<multiarch triplet>, whatever the processor is."""
    found = sorted(prefix.glob("usr/lib/*/asterisk"))
    return found[0].parent if found else None


def loader(prefix: Path) -> tuple[str, ...]:
    """Return the beginning of a command that runs a program of the prefix with the prefix's own C library."""
    libraries = library_folder(prefix)
    if libraries is None:
        raise FileNotFoundError(f"no Asterisk in {prefix}")
    dynamic = sorted(libraries.glob("ld-linux*.so*"))[0]
    return (str(dynamic), "--library-path", library_path(libraries))


def library_path(libraries: Path) -> str:
    """Return the folders with shared libraries; some packages rely on links or RUNPATHs outside the prefix."""
    folders = (libraries / part for part in ("", "blas", "lapack", "pulseaudio"))
    return ":".join(str(folder) for folder in folders if folder.is_dir())


def _version(argv: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run([*argv, "-V"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
