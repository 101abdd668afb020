"""Over which time abandonment is counted now: the window of the strictest policy, on the house's calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dialer.domain.calling_window import Holidays, spans_on
from dialer.domain.policy import MIDNIGHT_AGAIN, AbandonmentWindow, Policy, strictest

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def window_of(policies: Sequence[Policy], local_now: datetime) -> tuple[datetime, datetime | None]:
    """Return its beginning and end; None: the campaign's end. A rolling window is looked at anew each day."""
    today = local_now.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = today + timedelta(days=1)
    first = today.replace(day=1)
    of: dict[AbandonmentWindow, tuple[datetime, datetime | None]] = {
        AbandonmentWindow.CALENDAR_DAY: (today, tomorrow),
        AbandonmentWindow.CALENDAR_MONTH: (first, (first + timedelta(days=32)).replace(day=1)),
        AbandonmentWindow.ROLLING_30_DAYS: (tomorrow - timedelta(days=30), tomorrow),
        AbandonmentWindow.CAMPAIGN: (_EVER, None),
    }
    return of[strictest(policies).abandonment_window]


def nobody_called_after(policies: Sequence[Policy], local_now: datetime, holidays: Holidays) -> datetime | None:
    """Return when today's hours end by the house's clock, of the policy that closes first; None: they do not.

    Whoever is called later, in another time zone, was not counted on.
    """
    day = local_now.date()
    today = [spans_on(policy.hours, holidays, day) for policy in policies if policy.hours is not None]
    ends = [max(span.until for span in spans) for spans in today if spans]
    last = min(ends, default=MIDNIGHT_AGAIN)
    return None if last == MIDNIGHT_AGAIN else datetime.combine(day, last, local_now.tzinfo)
