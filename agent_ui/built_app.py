"""Where the built browser app lies, and whether it is there."""

from importlib.resources import files
from pathlib import Path


def static_folder() -> Path:
    """Where the build puts the app; it may not exist."""
    return Path(str(files("agent_ui").joinpath("static")))


def is_built(folder: Path | None = None) -> bool:
    """Whether there is an app to serve."""
    return ((folder or static_folder()) / "index.html").is_file()
