"""What an operator can set about recordings."""

from dataclasses import dataclass
from pathlib import Path

# Some eight hours of one call, as the switch writes it.
MIN_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """`folder` holds `incoming/` (the switch writes there) and the published years.

    Recording stops below either free limit and starts again above it times 1.25, so that it does not flutter
    (recordings.domain.room).
    `keep_days` 0 keeps for ever.
    """

    folder: Path
    keep_days: int = 180
    min_free_bytes: int = MIN_FREE_BYTES
    min_free_ratio: float = 0.02
    bitrate_kbit: int = 24
    ffmpeg: str = "ffmpeg"
    retry_s: float = 60.0
    ledger_retry_s: float = 2.0
    purge_every_s: float = 3600.0
