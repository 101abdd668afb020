"""Days as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.consent import consent_moment

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-05", "2026-03-05 00:00"),
        ("2026-03-05 14:30", "2026-03-05 14:30"),
        ("2026-03-05 14:30:10", "2026-03-05 14:30:10"),
        ("2026/3/5", "2026-03-05 00:00"),
        ("2026年3月5日 9:05", "2026-03-05 09:05"),
        ("5.3.2026", "2026-03-05 00:00"),
        ("05.03.2026 14:30:59", "2026-03-05 14:30"),
    ],
)
def test_by_the_clock_of_where_they_are(text: str, moment: str) -> None:
    assert consent_moment(text, BERLIN) == datetime.fromisoformat(moment).replace(tzinfo=BERLIN)


def test_a_zone_that_is_written_holds() -> None:
    found = consent_moment("2026-03-05T14:30:00+08:00", BERLIN)
    assert found is not None
    assert found.isoformat() == "2026-03-05T14:30:00+08:00"


@pytest.mark.parametrize(
    "text", ["yes", "03/04/2026", "2026-13-05", "31.2.2026", "2026/2/30", "0001-01-01", "1.1.1899"]
)
def test_what_is_unclear_is_none(text: str) -> None:
    assert consent_moment(text, BERLIN) is None
