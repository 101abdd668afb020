import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cti.domain.commands import Join, KeepWaiting, SayGoodbye, StopWaiting
from cti.domain.events import CallArrived, CallQueued, CallRecognised, JoinEnded
from cti.domain.values import Caller, EndReason, Overflow, OverflowAction
from ivr.domain.steps import KnownCaller
from tests.ivr.telephone import NOW, Story, talks, waits

LEG = "n1-leg-7"
JOIN = Join("c1", LEG, 7, "rec-1")
GOODBYE = SayGoodbye("c1")
QUEUE: dict[str, Any] = {"start": "q", "nodes": {"q": {"type": "queue", "queue": 1, "priority": 3}}}
MENU: dict[str, Any] = {
    "start": "hello",
    "nodes": {
        "hello": {"type": "say", "prompt": "welcome", "next": "menu"},
        "menu": {
            "type": "menu",
            "prompt": "main_menu",
            "timeout_s": 5,
            "retries": 1,
            "options": {"1": "sales", "2": "message", "3": "number", "4": "out", "9": "english"},
            "on_timeout": "sales",
            "on_invalid": "bye",
        },
        "english": {"type": "language", "language": "en", "next": "menu"},
        "number": {
            "type": "collect",
            "prompt": "enter_number",
            "variable": "phone",
            "max_digits": 11,
            "next": "who",
            "on_timeout": "bye",
        },
        "who": {"type": "lookup", "variable": "phone", "found": "sales", "vip": "sales", "unknown": "bye"},
        "out": {"type": "transfer", "number": "10086", "on_failed": "bye"},
        "sales": {"type": "queue", "queue": 1},
        "message": {"type": "voicemail"},
        "bye": {"type": "hang_up", "prompt": "goodbye"},
    },
}


async def test_a_caller_chooses_waits_talks_and_is_sent_off() -> None:
    story = Story(MENU)
    story.channel.press("1", during="main_menu")
    async with story.running() as channel:
        await channel.until(waits)
        assert story.said[:2] == ["welcome", "main_menu"]
        assert channel.answered
        story.floor.order(JOIN)
        await channel.until(talks)
        assert (channel.bridged_with, channel.music) == (LEG, None)
        channel.end_bridge()
        story.floor.order(GOODBYE)
    assert story.said[-1] == "goodbye"
    assert story.floor.end is EndReason.AGENT_HUNG_UP
    assert channel.done
    assert channel.commands[-1] == ["SET", "VARIABLE", "CALLROOM_DONE", "1"]
    assert story.floor.names() == ["CallArrived", "CallQueued", "JoinEnded", "CallLeft"]
    assert JoinEnded("c1", LEG, True) in story.floor.told


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


async def test_the_lease_is_renewed_while_waiting_and_lifted_for_the_talk() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(lambda _: len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")) > 5)
        assert all(int(words[3]) >= 12 for words in story.commands("SET", "VARIABLE", "TIMEOUT(absolute)"))
        story.floor.order(JOIN)
        await channel.until(talks)
        assert story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")[-1][3] == "0"
        assert channel.variables["CALLROOM_TALKED"] == "1"
        channel.hang_up()
    assert story.floor.end is None


async def test_a_talk_is_recorded_once_even_when_it_is_taken_up_again() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        for _ in range(2):
            story.floor.order(JOIN)
            await channel.until(talks)
            story.floor.order(KeepWaiting("c1"))
            channel.end_bridge()
            await channel.until(waits)
            assert channel.variables["CALLROOM_TALKED"] == "0"
        channel.hang_up()
    assert story.commands("EXEC", "MixMonitor") == [["EXEC", "MixMonitor", "/r/rec-1.raw,Db"]]


async def test_without_a_recording_id_nothing_is_recorded() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(replace(JOIN, recording_id=None))
        await channel.until(talks)
        channel.hang_up()
    assert story.commands("EXEC", "MixMonitor") == []


async def test_a_recording_that_does_not_start_does_not_stop_the_talk(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    story.channel.reply("EXEC", "MixMonitor", text="200 result=-2")
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()
    assert "Recording did not start" in caplog.messages


async def test_a_leg_that_is_gone_is_reported_and_the_caller_waits_on() -> None:
    story = Story(QUEUE)
    story.channel.reply("EXEC", "Bridge", text="200 result=0")
    story.channel.variables["BRIDGERESULT"] = "NONEXISTENT"
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN, KeepWaiting("c1"))
        await channel.until(lambda c: c.variables.get("CALLROOM_TALKED") == "0")
        await channel.until(waits)
        channel.hang_up()
    assert JoinEnded("c1", LEG, False) in story.floor.told


async def test_a_refused_bridge_counts_as_a_failed_one() -> None:
    story = Story(QUEUE)
    story.channel.reply("EXEC", "Bridge", text="200 result=-2")
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN, GOODBYE)
    assert JoinEnded("c1", LEG, False) in story.floor.told
    assert story.floor.end is EndReason.AGENT_HUNG_UP


async def test_place_and_expected_wait_are_announced_then_the_music_goes_on() -> None:
    story = Story(QUEUE)
    story.floor.place = (3, 100.0)
    async with story.running() as channel:
        await channel.until(lambda c: any("keep_waiting" in path for path in c.played))
        await channel.until(waits)
        channel.hang_up()
    said = "position_is number_3 position_end expected_wait number_2_counted minutes keep_waiting"
    assert story.said == said.split()


async def test_an_answer_cuts_an_announcement_short() -> None:
    story = Story(QUEUE)
    story.channel.hold("please_wait")
    async with story.running() as channel:
        await channel.until(lambda c: bool(c.played))
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()
    assert story.said == ["please_wait"]


async def test_a_caller_who_gives_up_while_waiting() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert story.floor.end is None
    assert not channel.done


async def test_a_caller_who_hangs_up_in_the_greeting() -> None:
    story = Story(MENU)
    story.channel.when("welcome", story.channel.hang_up)
    await story.play()
    assert story.floor.names() == ["CallArrived", "CallLeft"]
    assert story.floor.end is None


async def test_a_floor_that_ended_the_call_ends_the_coroutine() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.line.cut()  # type: ignore[union-attr]
    assert not channel.done


@pytest.mark.parametrize(
    ("overflow", "said", "reason"),
    [
        (
            Overflow(OverflowAction.VOICEMAIL),
            ["all_busy_voicemail", "after_tone", "goodbye"],
            EndReason.VOICEMAIL,
        ),
        (
            Overflow(OverflowAction.VOICEMAIL, "leave_message"),
            ["leave_message", "after_tone", "goodbye"],
            EndReason.VOICEMAIL,
        ),
        (Overflow(OverflowAction.MESSAGE, "holiday"), ["holiday", "goodbye"], EndReason.FLOW_ENDED),
        (Overflow(OverflowAction.MESSAGE), ["all_busy", "goodbye"], EndReason.FLOW_ENDED),
        (Overflow(OverflowAction.HANG_UP), ["goodbye"], EndReason.FLOW_ENDED),
        (
            Overflow(OverflowAction.QUEUE, queue_id=1),
            ["all_busy_voicemail", "after_tone", "goodbye"],
            EndReason.VOICEMAIL,
        ),
    ],
)
async def test_nobody_came(overflow: Overflow, said: list[str], reason: EndReason) -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", overflow))
    assert story.said[-len(said) :] == said
    assert story.floor.end is reason
    assert channel.done


async def test_overflow_to_another_line_and_never_back() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.QUEUE, queue_id=2)))
        await channel.until(lambda c: c.variables.get("CALLROOM_LINE") == "2:0:zh")
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.QUEUE, queue_id=1)))
    assert [event.queue_id for event in story.floor.told if isinstance(event, CallQueued)] == [1, 2]
    assert story.floor.end is EndReason.VOICEMAIL


async def test_a_message_is_taken() -> None:
    story = Story(MENU)
    story.channel.press("2", during="main_menu")
    await story.play()
    assert story.channel.recorded == ["/v/v1.wav"]
    (context,) = story.box.kept
    assert (context.call_id, context.number, context.dialed, context.language) == ("c1", "13800138000", "4001", "zh")
    assert story.floor.end is EndReason.VOICEMAIL
    assert story.channel.done


async def test_hanging_up_is_how_most_messages_end() -> None:
    story = Story(MENU)
    story.channel.press("2", during="main_menu")
    story.channel.when("RECORD", story.channel.hang_up)
    await story.play()
    assert len(story.box.kept) == 1
    assert story.floor.end is EndReason.VOICEMAIL


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_an_empty_message_is_none(hangs_up: bool) -> None:
    story = Story(MENU)
    story.box.has_sound = False
    story.channel.press("2", during="main_menu")
    if hangs_up:
        story.channel.when("RECORD", story.channel.hang_up)
    await story.play()
    assert story.floor.end is (None if hangs_up else EndReason.FLOW_ENDED)


async def test_a_recorder_that_fails_says_goodbye() -> None:
    story = Story(MENU)
    story.box.has_sound = False
    story.channel.reply("RECORD", text="200 result=-1 (writefile)")
    story.channel.press("2", during="main_menu")
    await story.play()
    assert story.said[-1] == "goodbye"
    assert story.channel.done


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
    assert story.commands("EXEC", "Dial") == [["EXEC", "Dial", "PJSIP/10086@pstn,30,g"]]
    assert story.floor.end is reason


async def test_a_caller_who_hangs_up_outside_was_transferred() -> None:
    story = Story(MENU)
    story.channel.press("4", during="main_menu")
    story.channel.when("Dial", story.channel.hang_up)
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
    story.channel.reply("EXEC", "Dial", text="200 result=-2")
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


async def test_a_number_without_a_usable_flow_goes_to_its_queue(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(None)
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert CallQueued("c1", 1, 0, "zh") in story.floor.told
    assert "No usable flow" in caplog.messages


async def test_without_any_queue_there_is_the_voicemail() -> None:
    story = Story(None, default_queue_id=None)
    await story.play()
    assert story.said[0] == "all_busy_voicemail"
    assert story.floor.end is EndReason.VOICEMAIL


async def test_a_queue_that_is_gone_leads_to_the_default_then_to_voicemail() -> None:
    story = Story(QUEUE)
    story.floor.refuses = {CallQueued}
    await story.play()
    assert story.floor.end is EndReason.VOICEMAIL


async def test_missing_prompts_and_files_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(MENU)
    story.prompts.missing = {"welcome"}
    story.channel.missing("/p/zh/main_menu")
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert "Prompt missing" in caplog.messages
    assert "Prompt cannot be played" in caplog.messages


async def test_missing_music_is_silence(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    story.channel.reply("SET", "MUSIC", "ON", text="200 result=-1")
    async with story.running() as channel:
        await channel.until(lambda c: any("please_wait" in path for path in c.played))
        channel.hang_up()
    assert "Music cannot be played" in caplog.messages


async def test_a_fault_of_ours_takes_the_caller_to_the_default_queue() -> None:
    story = Story(MENU)
    story.channel.press("2", during="main_menu")
    story.box.new_recording = None  # type: ignore[method-assign,assignment]
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert CallQueued("c1", 1, 0, "zh") in story.floor.told


async def test_a_fault_upon_a_fault_is_left_to_the_dialplan() -> None:
    story = Story(None, default_queue_id=None)
    story.box.new_recording = None  # type: ignore[method-assign,assignment]
    await story.play()
    assert story.floor.end is EndReason.FAILED
    assert not story.channel.done


async def test_a_caller_who_leaves_during_the_rescue() -> None:
    story = Story(None)
    story.channel.reply("SET", "MUSIC", "ON", text="520 Invalid command syntax.")
    story.channel.reply("EXEC", "Answer", text="200 result=-2")
    story.channel.when("please_wait", story.channel.hang_up)
    await story.play()
    assert story.floor.end is None


async def test_coming_back_to_the_line_skips_greeting_and_menu() -> None:
    story = Story(MENU, variables={"CALLROOM_LINE": "2:5:en", "CALLROOM_ARRIVED_AT": "1795390000"})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert CallQueued("c1", 2, 5, "en") in story.floor.told
    assert story.said == []


@pytest.mark.parametrize("place", ["x", "1", "1:2", "1:2:fr", "-1:0:zh", "1:x:zh", "²:0:zh"])
async def test_a_strange_place_in_line_is_none(place: str) -> None:
    story = Story(MENU, variables={"CALLROOM_LINE": place})
    story.channel.when("main_menu", story.channel.hang_up)
    await story.play()
    assert story.said == ["welcome"]


async def test_coming_back_after_the_talk_is_a_goodbye() -> None:
    story = Story(MENU, variables={"CALLROOM_TALKED": "1", "CALLROOM_LINE": "1:0:en"})
    await story.play()
    assert story.said == ["en/goodbye"]
    assert story.floor.told[0].talked_before  # type: ignore[union-attr]
    assert story.channel.done


async def test_coming_back_after_the_talk_to_an_agent_who_is_still_there() -> None:
    story = Story(MENU, variables={"CALLROOM_TALKED": "1"})
    story.settings = replace(story.settings, after_talk_s=5)
    async with story.running() as channel:
        await channel.until(lambda _: story.floor.line is not None)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.end_bridge()
        story.floor.order(GOODBYE)
    assert channel.done


async def test_hanging_up_into_the_goodbye_changes_nothing() -> None:
    story = Story(QUEUE)
    story.channel.when("goodbye", story.channel.hang_up)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.end_bridge()
        story.floor.order(GOODBYE)
    assert story.floor.end is EndReason.AGENT_HUNG_UP


async def test_a_connection_that_ends_before_the_first_question_never_was_a_call() -> None:
    story = Story(QUEUE)
    story.channel.when("CALLROOM_CALL_ID", story.channel.hang_up)
    await story.play()
    assert story.floor.told == []


async def test_a_channel_from_another_dialplan_is_served_too() -> None:
    story = Story(QUEUE, unique_id="n1-9.9", dialed="95555")
    for name in ("CALLROOM_CALL_ID", "CALLROOM_DIALED"):
        del story.channel.variables[name]
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    arrived = story.floor.told[0]
    assert isinstance(arrived, CallArrived)
    assert (arrived.call_id, arrived.dialed) == ("n1-9.9", "95555")
