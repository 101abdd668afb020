"""Where numbers are from, by the plans that ship with the library."""

import pytest

from dialer import number_regions
from dialer.domain.showing import Distance, Region, distance
from dialer.number_regions import region_of


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("+8675512345678", Region("CN", "Guangdong", "Shenzhen, Guangdong", "755")),
        ("+8613510000000", Region("CN", "Guangdong", "Shenzhen, Guangdong")),
        ("+12125550100", Region("US", "NY", "New York, NY", "212")),
        ("+19725550100", Region("US", "TX", "", "972")),
        ("+551132345678", Region("BR", "SP", "São Paulo - SP", "11")),
        ("+493012345678", Region("DE", "Berlin", "Berlin", "30")),
        ("+864001234567", Region("CN")),
        ("4001", Region()),
        ("", Region()),
    ],
)
async def test_a_number_tells_where_it_is_from(number: str, region: Region) -> None:
    await number_regions.load()
    await number_regions.load()
    assert region_of(number) == region


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("+8675512345678", "+8613510000000", Distance.SAME_PLACE),
        ("+862012345678", "+8613510000000", Distance.SAME_PROVINCE),
        ("+861012345678", "+8613510000000", Distance.SAME_COUNTRY),
        ("+12145550100", "+19725550100", Distance.SAME_PROVINCE),
        ("+12125550100", "+8613510000000", Distance.ELSEWHERE),
    ],
)
def test_a_mobile_is_near_the_city_it_was_given_out_in(one: str, other: str, expected: Distance) -> None:
    assert distance(region_of(one), region_of(other)) is expected
