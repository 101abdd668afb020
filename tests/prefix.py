"""Where Asterisk is for all that is real in the tests."""

import os
from pathlib import Path


def cached_prefix() -> Path:
    """One installation for all test runs of this user."""
    given = os.environ.get("CALLROOM_ASTERISK_PREFIX")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else cache / "callroom" / "asterisk"
