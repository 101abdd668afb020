import asyncio
from typing import Any

import pytest

from cti.domain.events import CallQueued, CallRecognised
from cti.domain.values import EndReason
from ivr.domain.steps import KnownCaller
from tests.ivr.stories import MENU, QUEUE
from tests.ivr.telephone import Story, waits

BYE = {"type": "hang_up"}


async def test_a_known_caller_is_recognised_and_greeted_in_their_language() -> None:
    flow = {
        "start": "who",
        "nodes": {"who": {"type": "lookup", "found": "q", "unknown": "q"}, "q": {"type": "queue", "queue": 1}},
    }
    story = Story(flow)
    story.customers.known = KnownCaller(5, "Ann", "en", is_vip=True)
    async with story.running() as channel:
        await channel.until(lambda c: bool(c.played))
        channel.hang_up()
    assert story.said[0] == "en/please_wait"
    assert CallRecognised("c1", 5, "Ann") in story.floor.told
    assert CallQueued("c1", 1, 10, "en") in story.floor.told


@pytest.mark.parametrize("trouble", ["slow", "broken", "over"])
async def test_a_lookup_in_trouble_holds_nobody_up(trouble: str) -> None:
    flow = {
        "start": "who",
        "nodes": {
            "who": {"type": "lookup", "found": "bye", "unknown": "q"},
            "q": QUEUE["nodes"]["q"],
            "bye": {"type": "hang_up"},
        },
    }
    story = Story(flow)
    story.customers.known = KnownCaller(5, "Ann")
    if trouble == "slow":
        story.customers.delay_s = 60
    elif trouble == "broken":
        story.customers.fails = RuntimeError("no database")
    else:
        story.floor.refuses = {CallRecognised}
    async with asyncio.timeout(3):
        if trouble == "over":
            await story.play()
            assert story.floor.end is EndReason.FLOW_ENDED
            return
        async with story.running() as channel:
            await channel.until(waits)
            channel.hang_up()


async def test_who_is_found_too_late_for_the_menu_is_still_told_to_the_floor() -> None:
    flow = {
        "start": "who",
        "nodes": {"who": {"type": "lookup", "found": "bye", "unknown": "q"}, "q": QUEUE["nodes"]["q"], "bye": BYE},
    }
    story = Story(flow)
    story.customers.known = KnownCaller(5, "Ann", "en", is_vip=True)
    story.customers.delay_s = 0.2
    async with asyncio.timeout(3), story.running() as channel:
        await channel.until(waits)
        assert CallRecognised("c1", 5, "Ann") not in story.floor.told
        await channel.until(lambda _: CallRecognised("c1", 5, "Ann") in story.floor.told)
        channel.hang_up()


async def test_collected_digits_find_the_customer() -> None:
    story = Story(MENU)
    story.customers.known = KnownCaller(5, "Ann")
    story.channel.press("3", during="main_menu")
    story.channel.press("01012345678", during="enter_number")
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert story.customers.asked[-1] == "01012345678"


async def test_no_digits_find_nobody() -> None:
    story = Story(MENU)
    story.channel.press("3", during="main_menu")
    story.channel.press("#", during="enter_number")
    await story.play()
    assert story.floor.end is EndReason.FLOW_ENDED


@pytest.mark.parametrize(("status", "reason"), [("ANSWER", EndReason.TRANSFERRED_OUT), ("BUSY", EndReason.FLOW_ENDED)])
async def test_a_transfer_outside(status: str, reason: EndReason) -> None:
    story = Story(MENU, variables={"DIALSTATUS": status})
    story.channel.press("4", during="main_menu")
    await story.play()
    assert story.commands("GOSUB") == [["GOSUB", "callroom-outside", "s", "1", "10086,pstn,30"]]
    assert story.floor.end is reason


async def test_a_caller_who_hangs_up_outside_was_transferred() -> None:
    story = Story(MENU)
    story.channel.press("4", during="main_menu")
    story.channel.when("callroom-outside", story.channel.hang_up)
    await story.play()
    assert story.floor.end is EndReason.TRANSFERRED_OUT
    assert not story.channel.done


async def test_a_lookup_of_a_withheld_number_finds_nobody() -> None:
    flow = {
        "start": "who",
        "nodes": {
            "who": {"type": "lookup", "found": "bye", "unknown": "again"},
            "again": {"type": "lookup", "variable": "never_asked", "found": "bye", "unknown": "q"},
            "q": QUEUE["nodes"]["q"],
            "bye": {"type": "hang_up"},
        },
    }
    story = Story(flow, number="")
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert "CallQueued" in story.floor.names()
    assert story.customers.asked == []


async def test_a_transfer_that_asterisk_refuses_goes_on() -> None:
    story = Story(MENU)
    story.channel.reply("GOSUB", text="200 result=-2")
    story.channel.press("4", during="main_menu")
    await story.play()
    assert story.floor.end is EndReason.FLOW_ENDED


def hours_flow(zone: str) -> dict[str, Any]:
    return {
        "start": "h",
        "nodes": {
            "h": {"type": "hours", "time_zone": zone, "weekly": {"mon": ["10:00-11:00"]}, "open": "q", "closed": "bye"},
            "q": QUEUE["nodes"]["q"],
            "bye": {"type": "hang_up", "prompt": "closed"},
        },
    }


@pytest.mark.parametrize(("zone", "opened"), [("Asia/Shanghai", True), ("UTC", False), ("No/Where", True)])
async def test_business_hours_in_the_zone_of_the_calendar(zone: str, opened: bool) -> None:
    story = Story(hours_flow(zone))
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert ("CallQueued" in story.floor.names()) is opened


async def test_who_knows_the_menu_need_not_listen_to_the_greeting() -> None:
    story = Story(MENU)
    story.channel.press("2", during="welcome")
    await story.play()
    assert story.said[:2] == ["welcome", "leave_message"]
    assert story.floor.end is EndReason.VOICEMAIL


async def test_a_key_during_the_greeting_may_begin_a_number() -> None:
    flow = {
        "start": "hello",
        "nodes": {
            "hello": {"type": "say", "prompt": "welcome", "next": "number"},
            "number": {**MENU["nodes"]["number"], "max_digits": 3},
            "who": {"type": "lookup", "variable": "phone", "found": "bye", "unknown": "bye"},
            "bye": {"type": "hang_up"},
        },
    }
    story = Story(flow)
    story.channel.press("123", during="welcome")
    await story.play()
    assert story.said == ["welcome"]
    assert story.customers.asked[-1] == "123"


async def test_a_notice_before_the_line_is_heard_to_the_end() -> None:
    flow = {
        "start": "hello",
        "nodes": {"hello": {"type": "say", "prompt": "welcome", "next": "q"}, "q": QUEUE["nodes"]["q"]},
    }
    story = Story(flow)
    story.channel.press("1", during="welcome")
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert ["STREAM", "FILE", "/p/zh/welcome", ""] in story.channel.commands
