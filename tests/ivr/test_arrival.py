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


@pytest.mark.parametrize("off_s", [-3600.0, 3600.0, 86400 * 400.0])
async def test_a_clock_of_asterisk_s_that_is_off_changes_no_wait(off_s: float) -> None:
    asterisk_s = NOW.timestamp() + off_s
    story = Story(QUEUE, variables={"CALLROOM_ARRIVED_AT": f"{asterisk_s - 42.5:.3f}", "now": f"{asterisk_s:.3f}"})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    waited = NOW - story.floor.told[0].arrived_at  # type: ignore[union-attr]
    assert waited.total_seconds() == pytest.approx(42.5, abs=0.01)


@pytest.mark.parametrize("late_s", [0.0, 0.4, 4.0])
async def test_a_session_that_is_read_late_makes_nobody_come_later(late_s: float) -> None:
    now_s = NOW.timestamp()
    story = Story(QUEUE, variables={"CALLROOM_ARRIVED_AT": f"{now_s - 42.5:.3f}", "now": f"{now_s - late_s:.3f}"})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    waited = NOW - story.floor.told[0].arrived_at  # type: ignore[union-attr]
    assert waited.total_seconds() == pytest.approx(42.5, abs=0.01)


@pytest.mark.parametrize("asked_s", [-10.0, 25 * 3600.0])
async def test_a_clock_that_was_set_while_the_caller_waited_is_not_believed(asked_s: float) -> None:
    arrived_s = NOW.timestamp()
    story = Story(QUEUE, variables={"CALLROOM_ARRIVED_AT": f"{arrived_s}", "now": f"{arrived_s + asked_s}"})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert story.floor.told[0].arrived_at == NOW  # type: ignore[union-attr]


@pytest.mark.parametrize("arrived_at", ["", "soon", "nan", "inf", "1e300", "9999999999"])
async def test_a_strange_arrival_time_is_now(arrived_at: str) -> None:
    story = Story(QUEUE, variables={"CALLROOM_ARRIVED_AT": arrived_at})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert story.floor.told[0].arrived_at == NOW  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "place", ["x", "1", "1:2", "1:2:fr", "1:2:zh:x", "1:2:zh:refused:", "-1:0:zh", "1:x:zh", "²:0:zh"]
)
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


@pytest.mark.parametrize(
    ("word", "expected"),
    [("0", (False, False)), ("1", (True, False)), ("held", (False, True)), ("1held", (False, False))],
)
async def test_one_word_says_whether_they_talked_or_are_held_and_never_both(
    word: str, expected: tuple[bool, bool]
) -> None:
    story = Story(QUEUE, variables={"CALLROOM_TALKED": word})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    arrived = story.floor.told[0]
    assert isinstance(arrived, CallArrived)
    assert (arrived.talked_before, arrived.held) == expected


@pytest.mark.parametrize("line", ["", "1:0:zh"], ids=["who answered", "who stands in line"])
async def test_whom_we_called_dialed_no_number_of_ours(line: str) -> None:
    variables = {"CALLROOM_OUTBOUND": "1", "CALLROOM_DIALED": "", "CALLROOM_LINE": line}
    story = Story(QUEUE, variables=variables, dialed="s")
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    arrived = story.floor.told[0]
    assert isinstance(arrived, CallArrived)
    assert arrived.dialed == ""
