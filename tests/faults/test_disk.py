"""A disk that is really full: a tmpfs of a few megabytes in a mount namespace of its own, which nothing else sees.

Root makes the namespace; anybody else one with a user namespace, where the kernel lets them. Where neither is allowed
the test fails and says so: a disk that is not full proves nothing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_stories_on_a_full_disk() -> None:
    unshare = shutil.which("unshare")
    assert unshare is not None, "util-linux's unshare is missing: apt-get install util-linux"
    apart = [unshare, "--mount"] if os.geteuid() == 0 else [unshare, "--mount", "--map-root-user"]
    if subprocess.run([*apart, "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True).returncode:
        pytest.fail("this user may mount nothing, not even apart: run as root, or allow user namespaces")
    stories = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(HERE / "full_disk.py")]
    done = subprocess.run([*apart, *stories], check=False, capture_output=True, text=True, timeout=240)
    print(done.stdout[-4000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "3 passed" in done.stdout
