from datetime import UTC, datetime

import pytest

from cti.domain.events import CallArrived, CallQueued
from cti.domain.values import Caller
from tests.ivr.stories import MENU, QUEUE
from tests.ivr.telephone import NOW, Story


async def test_the_floor_hears_who_called_whom_and_when() -> None:
    story = Story(QUEUE, name="Li Lei", variables={"CALLROOM_ARRIVED_AT": "1795399199.250"})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    arrived = datetime.fromtimestamp(1795399199.250, UTC)
    caller = Caller("13800138000", "Li Lei")
    assert story.floor.told[0] == CallArrived("c1", "n1-1700000000.1", "n1", caller, "4001", arrived)
    assert story.floor.told[1] == CallQueued("c1", 1, 3, "zh")
    assert story.floor.end is None
    assert not story.channel.done


@pytest.mark.parametrize(
    ("number", "presentation"), [("13800138000", "prohib_passed_screen"), ("anonymous", ""), ("", "")]
)
async def test_a_withheld_number_stays_withheld(number: str, presentation: str) -> None:
    story = Story(QUEUE, number=number, variables={"CALLERID(pres)": presentation})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert story.floor.told[0].caller == Caller(None)  # type: ignore[union-attr]
    assert story.customers.asked == []


@pytest.mark.parametrize("arrived_at", ["", "soon", "nan", "inf", "1e300", "9999999999"])
async def test_a_strange_arrival_time_is_now(arrived_at: str) -> None:
    story = Story(QUEUE, variables={"CALLROOM_ARRIVED_AT": arrived_at})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert story.floor.told[0].arrived_at == NOW  # type: ignore[union-attr]


@pytest.mark.parametrize("place", ["x", "1", "1:2", "1:2:fr", "-1:0:zh", "1:x:zh", "²:0:zh"])
async def test_a_strange_place_in_line_is_none(place: str) -> None:
    story = Story(MENU, variables={"CALLROOM_LINE": place})
    story.channel.when("main_menu", story.channel.hang_up)
    await story.play()
    assert story.said == ["welcome"]


async def test_a_caller_who_leaves_at_once_was_a_call() -> None:
    story = Story(QUEUE)
    story.channel.when("Answer", story.channel.hang_up)
    await story.play()
    assert isinstance(story.floor.told[0], CallArrived)
    assert story.floor.end is None


async def test_a_channel_from_another_dialplan_is_served_too() -> None:
    story = Story(QUEUE, unique_id="n1-9.9", dialed="95555")
    for name in [name for name in story.channel.environment if name.startswith("agi_arg_")]:
        del story.channel.environment[name]
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    arrived = story.floor.told[0]
    assert isinstance(arrived, CallArrived)
    assert (arrived.call_id, arrived.dialed) == ("n1-9.9", "95555")
