"""What an operator can set about recordings."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """`folder` holds `incoming/` (the switch writes there) and the published years.

    Recording stops below either free limit and starts again above it times 1.25, so that it does not flutter.
    `keep_days` 0 keeps for ever.
    """

    folder: Path
    keep_days: int = 180
    min_free_bytes: int = 1_000_000_000
    min_free_ratio: float = 0.03
    bitrate_kbit: int = 24
    ffmpeg: str = "ffmpeg"
    disk_check_s: float = 10.0
    retry_s: float = 60.0
    purge_every_s: float = 3600.0
