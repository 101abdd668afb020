import pytest

from cti.domain.events import CallQueued, JoinEnded
from cti.domain.values import EndReason
from tests.ivr.stories import GOODBYE, JOIN, LEG, MENU
from tests.ivr.telephone import Story, talks, waits


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


async def test_a_caller_who_hangs_up_in_the_greeting() -> None:
    story = Story(MENU)
    story.channel.when("welcome", story.channel.hang_up)
    await story.play()
    assert story.floor.names() == ["CallArrived", "CallLeft"]
    assert story.floor.end is None


async def test_missing_prompts_and_files_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(MENU)
    story.prompts.missing = {"welcome"}
    story.channel.missing("/p/zh/main_menu")
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert "Prompt missing" in caplog.messages
    assert "Prompt cannot be played" in caplog.messages


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
