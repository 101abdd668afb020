"""Get an Asterisk without root: unpack signed Debian packages into one private folder, the machine untouched.

Debian 12 and 13 carry no Asterisk, but Debian's testing suite does; with its own C library beside it, it runs on older
systems. apt itself fetches and checks the signatures, with a private state that knows of no installed package.
"""

import fcntl
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cti.asterisk.program import (
    MARKER,
    Program,
    is_new_enough,
    library_folder,
    library_path,
    private_asterisk,
    system_asterisk,
)
from cti.errors import AsteriskMissing

Progress = Callable[[str], None]

SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ASTERISK_PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")
# Program that Callroom runs -> Debian package that has it.
TOOLS = {"espeak-ng": "espeak-ng", "ffmpeg": "ffmpeg", "ffprobe": "ffmpeg"}
DOWNLOAD_TIMEOUT_S = 1800


@dataclass(frozen=True, slots=True)
class Source:
    """Where the packages come from."""

    mirror: str
    suite: str
    keyring: Path
    architecture: str


def install(prefix: Path, progress: Progress, environment: Mapping[str, str] | None = None) -> Program:
    """Return a usable Asterisk, installing what is missing; does nothing when all is there.

    Raises AsteriskMissing with a cure. Safe to call from several processes at once.
    """
    environment = os.environ if environment is None else environment
    with _one_at_a_time(prefix):
        own = None if environment.get("CALLROOM_ASTERISK") == "private" else system_asterisk()
        tools = [name for name in TOOLS if shutil.which(name) is None]
        if own and not tools:
            progress(f"Using this machine's {own.version}")
            return own
        if not _is_complete(prefix, tools):
            _install(prefix, [] if own else list(ASTERISK_PACKAGES), tools, progress, environment)
        program = own or private_asterisk(prefix)
        if program is None or not is_new_enough(program.version):
            raise AsteriskMissing(
                f"The Asterisk in {prefix} does not run or is too old",
                f"Remove {prefix} and run `callroom asterisk install` again.",
            )
        progress(f"{program.version} is ready")
        return program


def find_tool(prefix: Path, name: str) -> Path | None:
    """Return the path of ffmpeg, ffprobe or espeak-ng: the machine's own, or the wrapper in the prefix."""
    own = shutil.which(name)
    if own:
        return Path(own)
    wrapper = prefix / "bin" / name
    return wrapper if wrapper.is_file() else None


def require_tool(prefix: Path, name: str) -> Path:
    """Return the path of a tool, or raise AsteriskMissing with the cure."""
    tool = find_tool(prefix, name)
    if tool is None:
        raise AsteriskMissing(f"{name} is not installed", "Run `callroom asterisk install`.")
    return tool


def _is_complete(prefix: Path, tools: list[str]) -> bool:
    return (prefix / MARKER).is_file() and all((prefix / "bin" / name).is_file() for name in tools)


def _install(
    prefix: Path, packages: list[str], tools: list[str], progress: Progress, environment: Mapping[str, str]
) -> None:
    for program in ("apt-get", "dpkg"):
        if shutil.which(program) is None:
            raise AsteriskMissing(
                f"`{program}` is not on this machine, so Asterisk cannot be fetched",
                "Install Asterisk 22.10.1 or newer yourself, or use Debian or Ubuntu.",
            )
    partial = prefix.with_name(f"{prefix.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        source = _source(environment, partial)
        wanted = [*packages, *sorted({TOOLS[name] for name in tools})]
        debs = _download(source, wanted, partial / ".apt", progress)
        _unpack(debs, partial, progress)
        shutil.rmtree(partial / ".apt")
        shutil.rmtree(partial / ".keyring", ignore_errors=True)
        _mend_links(partial)
        for name in tools:
            _write_wrapper(partial, name)
        names = sorted(deb.name for deb in debs)
        (partial / MARKER).write_text(json.dumps({"suite": source.suite, "packages": names}, indent=1) + "\n")
        _swap(partial, prefix)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _source(environment: Mapping[str, str], scratch: Path) -> Source:
    architecture = _run(["dpkg", "--print-architecture"]).strip()
    mirror = environment.get("CALLROOM_DEBIAN_MIRROR") or _mirror_of_this_machine()
    if not mirror:
        raise AsteriskMissing(
            "This machine's apt knows no Debian mirror",
            "Set CALLROOM_DEBIAN_MIRROR to the address of one (as in a Debian sources.list) and try again.",
        )
    keyring = KEYRING if KEYRING.is_file() else _fetch_keyring(scratch)
    return Source(mirror, environment.get("CALLROOM_DEBIAN_SUITE") or SUITE, keyring, architecture)


def _mirror_of_this_machine() -> str | None:
    """Ask for addresses instead of lists: a fresh image has none, and only root may fetch them."""
    listing = _run(["apt-get", "update", "--print-uris"])
    bases = (line.strip("'").partition("/dists/")[0] for line in listing.split() if "/dists/" in line)
    return next((base for base in bases if base.endswith("/debian")), None)


def _fetch_keyring(scratch: Path) -> Path:
    """Ubuntu has Debian's keys as a package, signed by Ubuntu's own."""
    folder = scratch / ".keyring"
    folder.mkdir()
    try:
        _run(["apt-get", "download", "-qq", "debian-archive-keyring"], cwd=folder)
        _run(["dpkg", "-x", str(next(folder.glob("*.deb"))), str(folder)])
        return next(folder.glob("usr/share/keyrings/debian-archive-keyring.gpg"))
    except (StopIteration, AsteriskMissing) as error:
        raise AsteriskMissing(
            "Debian's signing keys are not on this machine",
            "Install them with `sudo apt-get install debian-archive-keyring` and try again.",
        ) from error


def _download(source: Source, packages: list[str], state: Path, progress: Progress) -> list[Path]:
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    (state / "status").touch()
    line = f"deb [arch={source.architecture} signed-by={source.keyring}] {source.mirror} {source.suite} main\n"
    (state / "sources.list").write_text(line)
    apt = ["apt-get", *_apt_options(state, source.architecture)]
    progress(f"Reading the package list of Debian {source.suite}")
    _run([*apt, "update", "-qq"])
    progress(f"Downloading {', '.join(packages)} and what they need (100 to 300 MB)")
    _run([*apt, "install", "-y", "-qq", "--download-only", *packages])
    return sorted((state / "cache/archives").glob("*.deb"))


def _apt_options(state: Path, architecture: str) -> list[str]:
    options = {
        "Dir::Etc::SourceList": str(state / "sources.list"),
        "Dir::Etc::SourceParts": "/dev/null",
        # the machine's preferences pin its own release and know nothing of this suite
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": str(state / "lists"),
        # an empty list of installed packages: the whole closure is fetched, C library included
        "Dir::State::status": str(state / "status"),
        "Dir::Cache": str(state / "cache"),
        # a frozen mirror's lists may be past their date; the signature is checked all the same
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Install-Recommends": "false",
        "APT::Get::AllowUnauthenticated": "false",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    return [part for key, value in options.items() for part in ("-o", f"{key}={value}")]


def _unpack(debs: list[Path], target: Path, progress: Progress) -> None:
    for count, deb in enumerate(debs, 1):
        if count % 50 == 0 or count == len(debs):
            progress(f"Unpacking package {count} of {len(debs)}")
        _run(["dpkg", "-x", str(deb), str(target)])


def _mend_links(prefix: Path) -> None:
    """Debian's `alternatives` make this link while installing; here nothing is installed, only unpacked."""
    sounds = prefix / "usr/share/asterisk/sounds"
    voices = sorted(path.name for path in sounds.glob("en_*") if path.is_dir())
    link = sounds / "en"
    if voices and not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(voices[0])


def _write_wrapper(prefix: Path, name: str) -> None:
    """Write PREFIX/bin/NAME, which runs the program with the prefix's own libraries, wherever the prefix is."""
    libraries = library_folder(prefix)
    if libraries is None:
        triplets = sorted(path.parent for path in prefix.glob("usr/lib/*/libc.so.6"))
        libraries = triplets[0]
    dynamic = sorted(libraries.glob("ld-linux*.so*"))[0].relative_to(prefix)
    folders = library_path(libraries).replace(str(prefix), "$here")
    data = libraries.relative_to(prefix) / "espeak-ng-data"
    wrapper = prefix / "bin" / name
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(
        "#!/bin/sh\n"
        'here=$(cd "$(dirname "$0")/.." && pwd)\n'
        f'[ -d "$here/{data}" ] && export ESPEAK_DATA_PATH="$here/{data.parent}"\n'
        f'exec "$here/{dynamic}" --library-path "{folders}" "$here/usr/bin/{name}" "$@"\n'
    )
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _swap(partial: Path, prefix: Path) -> None:
    """Put the finished folder in place; an older one (without the tools that are needed now) goes."""
    old = prefix.with_name(f"{prefix.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if prefix.exists():
        prefix.rename(old)
    partial.rename(prefix)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _one_at_a_time(prefix: Path) -> Iterator[None]:
    prefix.parent.mkdir(parents=True, exist_ok=True)
    with (prefix.parent / f".{prefix.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell
            command, cwd=cwd, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, check=True
        )
    except subprocess.CalledProcessError as error:
        words = " | ".join(error.stderr.strip().splitlines()[-3:])
        raise AsteriskMissing(
            f"`{command[0]}` failed while fetching Asterisk: {words}",
            "Check the network (and http_proxy, if there is one) and try again.",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise AsteriskMissing("Fetching Asterisk took too long", "Check the network and try again.") from error
    return done.stdout
