import json
import subprocess

import pytest

from cti.asterisk import install as module
from cti.asterisk.install import find_tool, install, require_tool
from cti.asterisk.program import MARKER
from cti.errors import AsteriskMissing
from tests.cti.asterisk.test_program import fake_prefix


@pytest.fixture
def machine(monkeypatch):
    """A machine with exactly these programs."""

    def has(*programs):
        monkeypatch.setattr(module.shutil, "which", lambda name, **_: f"/usr/bin/{name}" if name in programs else None)
        monkeypatch.setattr(module, "system_asterisk", lambda: None)

    return has


@pytest.fixture
def commands(monkeypatch):
    """Answers instead of apt and dpkg; returns what was run."""
    ran = []

    def run(command, cwd=None):
        ran.append(command)
        if command[:2] == ["dpkg", "--print-architecture"]:
            return "riscv64\n"
        if "--print-uris" in command:
            return "".join(
                f"'https://mirror.example/{path}/InRelease' mirror.example_InRelease 0 \n"
                for path in ("other/dists/x", "debian/dists/bookworm", "debian-security/dists/bookworm-security")
            )
        if "--download-only" in command:
            cache = next(part for part in command if part.startswith("Dir::Cache=")).partition("=")[2]
            for name in ("a", "b"):
                (module.Path(cache) / "archives" / f"{name}.deb").touch()
        if command[:2] == ["dpkg", "-x"] and command[2].endswith("a.deb"):
            fake_prefix(module.Path(command[3]))
            (module.Path(command[3]) / "usr/share/asterisk/sounds/en_US_f_Allison").mkdir(parents=True)
            (module.Path(command[3]) / MARKER).unlink()
        return ""

    monkeypatch.setattr(module, "_run", run)
    return ran


def test_installs_once_with_progress(machine, commands, tmp_path):
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")
    lines = []
    program = install(tmp_path / "p", lines.append, {})
    assert program.version == "Asterisk 22.10.1"
    assert any("Downloading asterisk" in line for line in lines)
    assert json.loads((tmp_path / "p" / MARKER).read_text())["packages"] == ["a.deb", "b.deb"]
    assert (tmp_path / "p/usr/share/asterisk/sounds/en").resolve().name == "en_US_f_Allison"
    assert not (tmp_path / "p.partial").exists()
    count = len(commands)
    assert install(tmp_path / "p", lines.append, {}) == program
    assert len(commands) == count


def test_only_signed_packages_of_this_processor(machine, commands, tmp_path):
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")
    install(tmp_path / "p", lambda _: None, {})
    download = next(command for command in commands if "--download-only" in command)
    assert "APT::Get::AllowUnauthenticated=false" in download
    assert "APT::Architecture=riscv64" in download
    assert download[-3:] == list(module.ASTERISK_PACKAGES)


def test_the_mirror_is_the_one_of_this_machine(machine, commands, tmp_path, monkeypatch):
    lines = []
    write_text = module.Path.write_text
    monkeypatch.setattr(module.Path, "write_text", lambda path, text: lines.append(text) or write_text(path, text))
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")
    install(tmp_path / "p", lambda _: None, {})
    assert " https://mirror.example/debian forky main\n" in lines[0]


def test_tools_that_are_missing_come_along_with_wrappers_that_find_their_prefix(machine, commands, tmp_path):
    machine("apt-get", "dpkg")
    install(tmp_path / "p", lambda _: None, {})
    wrapper = tmp_path / "p/bin/espeak-ng"
    text = wrapper.read_text()
    assert str(tmp_path) not in text
    assert "ld-linux-riscv64-lp64d.so.1" in text
    assert wrapper.stat().st_mode & 0o111
    assert find_tool(tmp_path / "p", "ffprobe") == tmp_path / "p/bin/ffprobe"
    assert any(command[-1] == "ffmpeg" for command in commands if "--download-only" in command)


def test_older_prefix_without_the_tools_is_replaced(machine, commands, tmp_path):
    fake_prefix(tmp_path / "p")
    (tmp_path / "p/old").touch()
    machine("apt-get", "dpkg")
    install(tmp_path / "p", lambda _: None, {})
    assert not (tmp_path / "p/old").exists()
    assert (tmp_path / "p/bin/ffmpeg").is_file()


def test_machine_without_apt_gets_a_cure(machine, tmp_path):
    machine("ffmpeg", "ffprobe", "espeak-ng")
    with pytest.raises(AsteriskMissing, match="Install Asterisk") as caught:
        install(tmp_path / "p", lambda _: None, {})
    assert "apt-get" in caught.value.problem


def test_machine_without_network_gets_a_cure_and_no_half_prefix(machine, monkeypatch, tmp_path):
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")

    def fail(command, **_):
        raise subprocess.CalledProcessError(100, command, stderr="E: Could not resolve mirror.example")

    monkeypatch.setattr(module.subprocess, "run", fail)
    with pytest.raises(AsteriskMissing, match="Could not resolve") as caught:
        install(tmp_path / "p", lambda _: None, {})
    assert "network" in caught.value.cure
    assert not (tmp_path / "p").exists()
    assert not (tmp_path / "p.partial").exists()


def test_endless_download_ends(machine, monkeypatch, tmp_path):
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")

    def hang(command, **_):
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(module.subprocess, "run", hang)
    with pytest.raises(AsteriskMissing, match="too long"):
        install(tmp_path / "p", lambda _: None, {})


def test_machine_that_knows_no_mirror(machine, monkeypatch, tmp_path):
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")
    monkeypatch.setattr(module, "_run", lambda *_, **__: "'http://mirror.example/ubuntu/dists/x/InRelease' x 0\n")
    with pytest.raises(AsteriskMissing, match="CALLROOM_DEBIAN_MIRROR"):
        install(tmp_path / "p", lambda _: None, {})


def test_machine_without_debians_keys(machine, monkeypatch, commands, tmp_path):
    machine("apt-get", "dpkg", "ffmpeg", "ffprobe", "espeak-ng")
    monkeypatch.setattr(module, "KEYRING", tmp_path / "none")
    with pytest.raises(AsteriskMissing, match="debian-archive-keyring"):
        install(tmp_path / "p", lambda _: None, {"CALLROOM_DEBIAN_MIRROR": "https://mirror.example/debian"})


def test_missing_tool_has_a_cure(machine, tmp_path):
    machine()
    with pytest.raises(AsteriskMissing, match="callroom asterisk install"):
        require_tool(tmp_path, "ffmpeg")
