from dataclasses import replace

import pytest

from cti.domain.attempt_words import AttemptAsksAgent, AttemptKeyPressed
from cti.domain.commands import BeginAttempt, GoOutside, KeepWaiting, StopWaiting
from cti.domain.events import CallQueued, CallReached, OutsideEnded
from cti.domain.values import EndReason, NoRecording, Overflow, OverflowAction, QueueSettings
from ivr.domain.flow import parse_flow
from ivr.domain.hours import Calendar
from ivr.domain.known import Known
from tests.ivr.stories import GOODBYE, JOIN, MENU, QUEUE
from tests.ivr.telephone import NOW, Story, talks, waits


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
    assert story.channel.recorded == ["v1"]
    (context,) = story.box.kept
    assert (context.call_id, context.number, context.dialed, context.language) == ("c1", "13800138000", "4001", "zh")
    assert story.floor.end is EndReason.VOICEMAIL
    assert story.channel.done


async def test_hanging_up_is_how_most_messages_end() -> None:
    story = Story(MENU)
    story.channel.press("2", during="main_menu")
    story.channel.when("callroom-record", story.channel.hang_up)
    await story.play()
    assert len(story.box.kept) == 1
    assert story.floor.end is EndReason.VOICEMAIL


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_an_empty_message_is_none(hangs_up: bool) -> None:
    story = Story(MENU)
    story.box.has_sound = False
    story.channel.press("2", during="main_menu")
    if hangs_up:
        story.channel.when("callroom-record", story.channel.hang_up)
    await story.play()
    assert story.floor.end is (None if hangs_up else EndReason.FLOW_ENDED)


async def test_a_recorder_that_fails_says_goodbye() -> None:
    story = Story(MENU)
    story.box.has_sound = False
    story.channel.reply("GOSUB", "callroom-record", text="510 Invalid")
    story.channel.press("2", during="main_menu")
    await story.play()
    assert story.said[-1] == "goodbye"
    assert story.channel.done


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


async def test_coming_back_to_the_line_skips_greeting_and_menu() -> None:
    story = Story(MENU, variables={"CALLROOM_LINE": "2:5:en", "CALLROOM_ARRIVED_AT": "1795390000"})
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert CallQueued("c1", 2, 5, "en") in story.floor.told
    assert story.said == []


async def test_coming_back_after_the_talk_is_a_goodbye() -> None:
    story = Story(MENU, variables={"CALLROOM_TALKED": "1", "CALLROOM_LINE": "1:0:en"})
    await story.play()
    assert story.said == ["en/goodbye"]
    assert story.floor.told[0].talked_before  # type: ignore[union-attr]
    assert story.channel.done


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


@pytest.mark.parametrize(("missing", "why"), [(set(), None), ({"recording_notice"}, NoRecording.NOT_TOLD)])
async def test_who_was_not_told_is_not_recorded(missing: set[str], why: NoRecording | None) -> None:
    story = Story(QUEUE)
    story.prompts.missing = missing
    story.source.queues[1] = QueueSettings(1, "Support", consent_prompt="recording_notice")
    story.source.queues[2] = QueueSettings(2, "Other", consent_prompt="recording_notice")
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.QUEUE, queue_id=2)))
        await channel.until(lambda c: c.variables.get("CALLROOM_LINE") == "2:0:zh")
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.HANG_UP)))
    told = [event.no_recording for event in story.floor.told if isinstance(event, CallQueued)]
    assert told == [why, why]
    # Once is enough, and it came before the first word to the floor about the line.
    assert story.said.count("recording_notice") == int(why is None)


@pytest.mark.parametrize("queue", [QueueSettings(1, "Q"), QueueSettings(1, "Q", record=False, consent_prompt="x")])
async def test_who_is_not_recorded_or_in_no_line_that_says_so_is_told_nothing(queue: QueueSettings) -> None:
    story = Story(QUEUE)
    story.source.queues[1] = queue
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.HANG_UP)))
    assert story.said == ["goodbye"]


@pytest.mark.parametrize("status", ["ANSWER", "BUSY"])
async def test_an_agent_passes_the_caller_on_to_a_number(status: str) -> None:
    story = Story(QUEUE, variables={"DIALSTATUS": status})
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        story.floor.order(GoOutside("c1", "+8613900139000", 30.0, "4001", withheld=status == "BUSY"), GOODBYE)
        channel.end_bridge()
    told = f"+8613900139000,pstn,30,4001,{int(status == 'BUSY')}"
    assert ["GOSUB", "callroom-outside", "s", "1", told] in story.channel.commands
    assert OutsideEnded("c1", status == "ANSWER") in story.floor.told
    words = [words[1] for words in story.commands("EXEC")]
    assert words.count("StopMixMonitor") == 1, "the talk is recorded, what comes after it is not"


async def test_an_agent_passes_the_caller_on_to_another_line() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        story.floor.order(KeepWaiting("c1", 2))
        channel.end_bridge()
        await channel.until(lambda c: waits(c) and c.variables.get("CALLROOM_LINE") == "2:0:zh")
        assert channel.variables["CALLROOM_TALKED"] == "0"
        channel.hang_up()


SHUT = Calendar("UTC", {})
HOLIDAY = Calendar("UTC", {}, frozenset({NOW.date()}))


@pytest.mark.parametrize(
    ("closed", "calendar", "said", "reason"),
    [
        (Overflow(OverflowAction.VOICEMAIL), SHUT, "closed leave_message after_tone goodbye", EndReason.VOICEMAIL),
        (Overflow(OverflowAction.VOICEMAIL), HOLIDAY, "holiday leave_message after_tone goodbye", EndReason.VOICEMAIL),
        (Overflow(OverflowAction.VOICEMAIL, "own"), SHUT, "own after_tone goodbye", EndReason.VOICEMAIL),
        (Overflow(OverflowAction.MESSAGE, "own"), SHUT, "own goodbye", EndReason.FLOW_ENDED),
        (Overflow(OverflowAction.MESSAGE), SHUT, "closed goodbye", EndReason.FLOW_ENDED),
        (Overflow(OverflowAction.HANG_UP), SHUT, "closed goodbye", EndReason.FLOW_ENDED),
        # the other line's hours are the same: neither sends the caller back to the first
        (
            Overflow(OverflowAction.QUEUE, queue_id=2),
            SHUT,
            "all_busy_voicemail after_tone goodbye",
            EndReason.VOICEMAIL,
        ),
    ],
)
async def test_outside_the_lines_hours(closed: Overflow, calendar: Calendar, said: str, reason: EndReason) -> None:
    story = Story(QUEUE)
    story.source.calendars[9] = calendar
    other = Overflow(OverflowAction.QUEUE, queue_id=1)
    story.source.queues[1] = replace(story.source.queues[1], calendar_id=9, closed=closed)
    story.source.queues[2] = replace(story.source.queues[2], calendar_id=9, closed=other)
    await story.play()
    assert " ".join(story.said) == said
    assert story.floor.end is reason
    assert "CallQueued" not in story.floor.names(), "nobody stood in line"


async def test_a_closed_line_may_lead_to_one_that_is_open() -> None:
    story = Story(QUEUE)
    story.source.calendars[9] = SHUT
    closed = Overflow(OverflowAction.QUEUE, queue_id=2)
    story.source.queues[1] = replace(story.source.queues[1], calendar_id=9, closed=closed)
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert [event.queue_id for event in story.floor.told if isinstance(event, CallQueued)] == [2]


async def test_the_flow_says_where_callers_go_before_the_line_does() -> None:
    flow = {
        "start": "q",
        "nodes": {"q": {"type": "queue", "queue": 1, "closed": "bye"}, "bye": {"type": "hang_up", "prompt": "own"}},
    }
    story = Story(flow)
    story.source.calendars[9] = SHUT
    story.source.queues[1] = replace(story.source.queues[1], calendar_id=9)
    await story.play()
    assert story.said == ["own"]


async def test_who_is_back_after_an_outage_is_not_turned_away_at_closing_time() -> None:
    story = Story(QUEUE, variables={"CALLROOM_LINE": "1:3:zh"})
    story.source.calendars[9] = SHUT
    story.source.queues[1] = replace(story.source.queues[1], calendar_id=9)
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert CallQueued("c1", 1, 3, "zh") in story.floor.told


async def test_who_answers_a_campaign_without_agents_is_in_its_flow() -> None:
    story = Story(QUEUE, variables={"CALLROOM_OUTBOUND": "1"})
    menu = {"type": "menu", "prompt": "main_menu", "options": {"1": "bye"}, "timeout_s": 1, "retries": 1}
    menu |= {"invalid_prompt": "invalid_choice", "on_timeout": "bye", "on_invalid": "bye"}
    document = {"start": "ask", "nodes": {"ask": menu, "bye": {"type": "hang_up", "prompt": "goodbye"}}}
    known = Known(frozenset({"main_menu", "invalid_choice", "goodbye"}), frozenset({1}))
    story.source.flows[3] = parse_flow(document, known)
    story.floor.first = (BeginAttempt("c1", 1, "en", 3),)
    story.channel.press("1", during="main_menu")
    await story.play()
    assert story.said == ["en/main_menu", "en/goodbye"]
    assert CallReached("c1") in story.floor.told
    assert AttemptKeyPressed("c1", "1") in story.floor.told
    assert story.floor.end is EndReason.FLOW_ENDED


@pytest.mark.parametrize("closed", [None, "bye"])
async def test_who_asks_a_campaign_for_an_agent_is_known_to_it_also_where_the_line_is_closed(
    closed: str | None,
) -> None:
    story = Story(QUEUE, variables={"CALLROOM_OUTBOUND": "1"})
    line = {"type": "queue", "queue": 1} | ({} if closed is None else {"closed": closed})
    nodes = {"line": line} | ({} if closed is None else {"bye": {"type": "hang_up", "prompt": "goodbye"}})
    story.source.flows[3] = parse_flow({"start": "line", "nodes": nodes}, Known(frozenset({"goodbye"}), frozenset({1})))
    story.source.calendars[9] = SHUT
    shut = Overflow(OverflowAction.HANG_UP)
    story.source.queues[1] = replace(story.source.queues[1], calendar_id=9, closed=shut)
    story.floor.first = (BeginAttempt("c1", 1, "en", 3),)
    await story.play()
    assert story.floor.told.count(AttemptAsksAgent("c1")) == 1
    assert story.floor.end is EndReason.FLOW_ENDED


async def test_of_callers_who_came_in_no_campaign_is_told() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert AttemptAsksAgent("c1") not in story.floor.told


async def test_a_campaign_whose_flow_is_gone_keeps_nobody() -> None:
    story = Story(QUEUE, variables={"CALLROOM_OUTBOUND": "1"})
    story.floor.first = (BeginAttempt("c1", 1, "en", 3),)
    await story.play()
    assert (story.said, story.floor.end) == ([], EndReason.FLOW_ENDED)
