"""How long a recording is kept."""

from datetime import datetime, timedelta


def delete_before(now: datetime, keep_days: int) -> datetime | None:
    """Return the moment before which recordings go; None keeps all (`keep_days` 0)."""
    if keep_days <= 0:
        return None
    return now - timedelta(days=keep_days)
