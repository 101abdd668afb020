"""When a campaign's people will all have been dealt with, if it goes on as in the last minutes."""

from datetime import datetime, timedelta

_KNOWN_AFTER_S = 60.0
"""What less time brought says nothing about the hours to come."""


def forecast_end(remaining: int, ended: int, over_s: float, now: datetime) -> datetime | None:
    """Return it, or None while it cannot be known: nobody is left, nobody was done with, or it has just begun.

    `ended` people were done with in the last `over_s` seconds. Hours in which nobody may be called are not in it.
    """
    if not remaining or not ended or over_s < _KNOWN_AFTER_S:
        return None
    return now + timedelta(seconds=remaining * over_s / ended)
