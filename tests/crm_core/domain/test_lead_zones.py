"""Where somebody may be."""

import pytest

from crm_core.domain.lead_zones import zones_of


@pytest.mark.parametrize(
    ("numbers", "values", "zones"),
    [
        (["+8613800138000"], {"region": "新疆"}, ("Asia/Shanghai",)),
        (["+14155550123"], {}, ("America/Los_Angeles",)),
        (["+14155550123"], {"region": "NY"}, ("America/Los_Angeles", "America/New_York")),
        (["+14155550123"], {"postcode": "79901"}, ("America/Chicago", "America/Denver", "America/Los_Angeles")),
        (["+14155550123", "+8613800138000"], {}, ("America/Los_Angeles", "Asia/Shanghai")),
        (["+14155550123"], {"zone": "Europe/Paris", "region": "NY"}, ("Europe/Paris",)),
        (["+61412345678"], {"region": "QLD"}, ("Australia/Brisbane",)),
        (["+34612345678"], {"postcode": "38001"}, ("Atlantic/Canary",)),
        (["+34912345678"], {"postcode": "38001"}, ("Atlantic/Canary", "Europe/Madrid")),
        (["+17105551234"], {}, ()),
        ([], {}, ()),
    ],
)
def test_all_that_come_into_question(numbers: list[str], values: dict[str, str], zones: tuple[str, ...]) -> None:
    assert zones_of(numbers, values) == zones
