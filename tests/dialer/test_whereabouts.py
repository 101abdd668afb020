"""Whose public holidays are kept: by number, and by the region that a list names."""

from datetime import date

import pytest

from dialer.whereabouts import PublicHolidays, calendars_of, place_of

MUNICH, BERLIN_MOBILE, PARIS, BEIJING = "+498912345678", "+4917012345678", "+33142685300", "+8613800138000"
EPIPHANY, UNITY, ABOLITION = date(2026, 1, 6), date(2026, 10, 3), date(2026, 5, 27)


@pytest.mark.parametrize(
    ("numbers", "region", "calendars"),
    [
        ([MUNICH], "", ("DE-*",)),
        ([MUNICH], "Bayern", ("DE-BY",)),
        ([MUNICH], "by", ("DE-BY",)),
        ([MUNICH], "DE-BY", ("DE-BY",)),
        ([MUNICH], "Atlantis", ("DE-*",)),
        ([BERLIN_MOBILE, PARIS], "", ("DE-*", "FR-*")),
        ([BEIJING], "北京", ("CN",)),
        (["+17105551234"], "", ("US-*",)),
        (["110"], "", ()),
    ],
)
def test_the_country_is_the_number_s_and_the_part_the_list_s(
    numbers: list[str], region: str, calendars: tuple[str, ...]
) -> None:
    assert calendars_of(numbers, {"region": region} if region else {}) == calendars


def test_a_day_that_is_one_in_any_part_is_one_where_the_part_is_not_known() -> None:
    anywhere, bavaria, berlin = (PublicHolidays((name,)) for name in ("DE-*", "DE-BY", "DE-BE"))
    assert anywhere(EPIPHANY, True) == bavaria(EPIPHANY, True) == "Heilige Drei Könige"
    assert berlin(EPIPHANY, True) == ""
    assert bavaria(EPIPHANY, False) == "", "not of the whole country"
    assert berlin(UNITY, False) == "Tag der Deutschen Einheit"
    assert PublicHolidays(("FR-*",))(ABOLITION, True) == "", "overseas has country codes of its own"


def test_somebody_with_numbers_of_two_countries_keeps_both_and_of_an_unknown_one_none() -> None:
    both = PublicHolidays(("FR-*", "DE-BE"))
    assert both(date(2026, 7, 14), True) == "Fête nationale"
    assert both(UNITY, True) == "Tag der Deutschen Einheit"
    assert PublicHolidays(("AC",))(date(2026, 1, 1), True) == ""
    assert PublicHolidays(())(date(2026, 1, 1), True) == ""


def test_the_same_place_is_the_same() -> None:
    assert place_of(["Europe/Berlin"], ["DE-BY"]) == place_of(["Europe/Berlin"], ["DE-BY"])
    assert place_of(["Europe/Berlin"], ["DE-BY"]) != place_of(["Europe/Berlin"], ["DE-BE"])
