"""Time zones of states and postcodes."""

from zoneinfo import available_timezones

import pytest

from crm_core.domain import regions
from crm_core.domain.regions import state_of, zones_of_postcode, zones_of_region


@pytest.mark.parametrize(
    ("code", "text", "zones"),
    [
        (1, "TX", ("America/Chicago", "America/Denver")),
        (1, " new  york ", ("America/New_York",)),
        (1, "US-CA", ("America/Los_Angeles",)),
        (1, "N.J.", ("America/New_York",)),
        (1, "Québec", ("America/Toronto", "America/Halifax")),
        (61, "wa", ("Australia/Perth", "Australia/Eucla")),
        (61, "New South Wales", ("Australia/Sydney", "Australia/Adelaide")),
        (55, "São Paulo", ("America/Sao_Paulo",)),
        (55, "Minas Gerais", ("America/Sao_Paulo",)),
        (34, "Las Palmas", ("Atlantic/Canary",)),
        (34, "es-MD", ("Europe/Madrid",)),
        (351, "Açores", ("Atlantic/Azores",)),
        (52, "Baja California Sur", ("America/Mazatlan",)),
        (52, "Quintana Roo", ("America/Cancun",)),
        (1, "Bavaria", ()),
        (86, "TX", ()),
    ],
)
def test_a_state_has_its_zones_by_code_or_name(code: int, text: str, zones: tuple[str, ...]) -> None:
    assert zones_of_region(code, text) == zones


@pytest.mark.parametrize(
    ("code", "text", "state"), [(1, "Texas", "TX"), (1, "tx", "TX"), (1, "Ontario", "ON"), (1, "", ""), (86, "TX", "")]
)
def test_a_state_has_one_name(code: int, text: str, state: str) -> None:
    assert state_of(code, text) == state


@pytest.mark.parametrize(
    ("code", "text", "zones"),
    [
        (1, "90210-1234", ("America/Los_Angeles",)),
        (1, "00501", ("America/New_York",)),
        (1, "00401", ()),
        (1, "09012", ()),
        (1, "M5V 2T6", ("America/Toronto", "America/Winnipeg")),
        (1, "DK-8000", ()),
        (1, "", ()),
        (61, "2000", ("Australia/Sydney", "Australia/Adelaide")),
        (61, "0200", ("Australia/Sydney",)),
        (61, "x000", ()),
        (61, "20", ()),
        (86, "200000", ()),
        (55, "01310-100", ("America/Sao_Paulo",)),
        (55, "69010-000", ("America/Manaus", "America/Rio_Branco")),
        (55, "69900000", ("America/Rio_Branco",)),
        (55, "00100000", ()),
        (55, "0131", ()),
        (52, "77500", ("America/Cancun",)),
        (52, "06000", ("America/Mexico_City",)),
        (52, "x6000", ()),
        (34, "38001", ("Atlantic/Canary",)),
        (34, "28013", ("Europe/Madrid",)),
        (34, "51001", ("Africa/Ceuta",)),
        (34, "99001", ()),
        (34, "2801", ()),
        (351, "1100-148", ("Europe/Lisbon",)),
        (351, "9000-064", ("Atlantic/Madeira",)),
        (351, "9500", ("Atlantic/Azores",)),
        (351, "0100", ()),
        (351, "110", ()),
    ],
)
def test_a_postcode_has_the_zones_of_its_state(code: int, text: str, zones: tuple[str, ...]) -> None:
    assert zones_of_postcode(code, text) == zones


def test_all_zones_are_known_to_the_tz_database() -> None:
    tables = [zones for pairs in regions._STATES.values() for zones, _ in pairs]
    assert {zone for table in tables for zones in table.values() for zone in zones} <= available_timezones()


def test_every_name_and_postcode_leads_to_a_state() -> None:
    for pairs in regions._STATES.values():
        for zones, names in pairs:
            assert set(names.values()) <= set(zones)
    assert set(regions._ZIP_STATES) - {"-"} <= set(regions._US)
    assert set(regions._CA_POSTCODES.values()) <= set(regions._CA)
    assert sorted(regions._ZIP_STARTS) == regions._ZIP_STARTS
    assert set(regions._CEP_STATES) == set(regions._BR) == set(regions._BR_NAMES.values())
    assert sorted(regions._CEP_STARTS) == regions._CEP_STARTS
    assert set(regions._MX_POSTCODES.values()) < set(regions._MX) == set(regions._MX_NAMES.values())
    assert set(regions._ES_POSTCODES.values()) < set(regions._ES)
