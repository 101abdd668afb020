import stat

import pytest

from cti.asterisk import program
from cti.asterisk.program import MARKER, find_asterisk, is_new_enough, loader, private_asterisk


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("Asterisk 22.10.1~dfsg+~cs6.15", True),
        ("Asterisk 22.10.0", False),
        ("Asterisk 22.11.0", False),
        ("Asterisk 22.11.1", True),
        ("Asterisk 20.20.1", True),
        ("Asterisk 20.6.0~dfsg", False),
        ("Asterisk 21.12.3", False),
        ("Asterisk 23.4.0", False),
        ("Asterisk 24.0.0", True),
        ("Asterisk 16.28.0", False),
        ("Asterisk GIT-master", False),
    ],
)
def test_old_and_broken_versions_are_refused(version, expected):
    assert is_new_enough(version) is expected


def fake_prefix(prefix, words="Asterisk 22.10.1"):
    libraries = prefix / "usr/lib/riscv64-linux-gnu"
    (libraries / "asterisk/modules").mkdir(parents=True)
    (libraries / "blas").mkdir()
    dynamic = libraries / "ld-linux-riscv64-lp64d.so.1"
    dynamic.write_text(f"#!/bin/sh\necho '{words}'\n")
    dynamic.chmod(dynamic.stat().st_mode | stat.S_IXUSR)
    (prefix / MARKER).touch()
    return libraries


def test_private_asterisk_runs_through_its_own_loader_whatever_the_processor(tmp_path):
    libraries = fake_prefix(tmp_path)
    found = private_asterisk(tmp_path)
    assert found is not None
    assert found.argv[:3] == (
        str(libraries / "ld-linux-riscv64-lp64d.so.1"),
        "--library-path",
        f"{libraries}:{libraries / 'blas'}",
    )
    assert found.modules_dir == libraries / "asterisk/modules"
    assert found.version == "Asterisk 22.10.1"
    assert found.moh_dir == tmp_path / "usr/share/asterisk/moh"
    assert find_asterisk(tmp_path) == found


def test_incomplete_prefix_is_not_used(tmp_path):
    assert private_asterisk(tmp_path) is None
    fake_prefix(tmp_path, words="")
    assert private_asterisk(tmp_path) is None
    (tmp_path / MARKER).unlink()
    assert private_asterisk(tmp_path) is None


def test_no_loader_without_an_asterisk(tmp_path):
    with pytest.raises(FileNotFoundError):
        loader(tmp_path)


def test_machine_without_asterisk(tmp_path, monkeypatch):
    monkeypatch.setattr(program.shutil, "which", lambda *_, **__: None)
    assert find_asterisk(tmp_path) is None


def test_machines_own_asterisk_that_is_too_old_is_not_used(tmp_path, monkeypatch):
    old = tmp_path / "asterisk"
    old.write_text("#!/bin/sh\necho Asterisk 20.6.0\n")
    old.chmod(0o755)
    monkeypatch.setattr(program.shutil, "which", lambda *_, **__: str(old))
    assert program.system_asterisk() is None
