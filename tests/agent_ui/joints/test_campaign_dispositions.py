"""The house's do-not-call list, for the dialer."""

import pytest

from agent_ui.joints.campaign_dispositions import HouseList
from tests.agent_ui.world import World


@pytest.mark.parametrize(
    ("number", "refused"), [("+8613800138000", ""), ("12", "not_a_phone"), ("110", "always_dialed")]
)
async def test_what_the_list_refuses_is_said(world: World, number: str, refused: str) -> None:
    house = HouseList(world.parts.memory)
    assert await house.list_number(number, None) == refused
    assert await house.list_number(number, None) == refused, "once more is the same"
