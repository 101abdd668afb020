from dataclasses import replace

import pytest

from cti.domain.commands import HoldForAgent, KeepWaiting, Notice, TapeIsSilent
from cti.domain.events import (
    JoinEnded,
)
from cti.domain.take_words import TapeBegan, TapeNotBegun, TapeRuns
from cti.domain.values import EndReason, NoRecording
from tests.agi_peer import FakeAsteriskChannel
from tests.ivr.stories import GOODBYE, JOIN, LEG, MENU, QUEUE
from tests.ivr.telephone import Story, talks, waits


async def test_the_lease_is_renewed_while_waiting_and_lifted_for_the_talk() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(lambda _: len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")) > 5)
        assert all(words[3] == "12" for words in story.commands("SET", "VARIABLE", "TIMEOUT(absolute)"))
        story.floor.order(JOIN)
        await channel.until(talks)
        assert channel.variables["TIMEOUT(absolute)"] == "0", "the dialplan's own doing"
        assert channel.variables["CALLROOM_TALKED"] == "1"
        channel.hang_up()
    assert story.floor.end is None


async def test_a_talk_that_is_taken_up_again_goes_on_in_the_same_file() -> None:
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
    recorded = [words[1:] for words in story.commands("EXEC") if "MixMonitor" in words[1]]
    assert [words[0] for words in recorded] == ["MixMonitor", "StopMixMonitor", "MixMonitor", "StopMixMonitor"]
    assert [words[1] for words in recorded[::2]] == ["/r/rec-1.raw,Db", "/r/rec-1.raw,Dba"]


async def test_the_recording_ends_when_the_caller_goes_to_somebody_else() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        for recording_id in ("rec-1", None, "rec-2"):
            story.floor.order(replace(JOIN, recording_id=recording_id))
            await channel.until(talks)
            story.floor.order(KeepWaiting("c1"))
            channel.end_bridge()
            await channel.until(waits)
        channel.hang_up()
    recorded = [words[1:] for words in story.commands("EXEC") if "MixMonitor" in words[1]]
    assert [words[0] for words in recorded] == ["MixMonitor", "StopMixMonitor", "MixMonitor", "StopMixMonitor"]
    assert recorded[2][1] == "/r/rec-2.raw,Db"


async def test_a_recording_that_cannot_be_stopped_does_not_stop_the_talk(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    story.channel.reply("EXEC", "StopMixMonitor", text="200 result=-2")
    async with story.running() as channel:
        await channel.until(waits)
        for recording_id in ("rec-1", "rec-2"):
            story.floor.order(replace(JOIN, recording_id=recording_id), KeepWaiting("c1"))
            await channel.until(talks)
            channel.end_bridge()
            await channel.until(waits)
        channel.hang_up()
    assert "Recording did not stop" in caplog.messages


async def test_a_caller_held_for_the_agent_hears_music_and_no_word(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        said = len(story.said)
        story.floor.order(HoldForAgent("c1"))
        channel.end_bridge()
        await channel.until(waits)
        assert channel.variables["CALLROOM_TALKED"] == "held", "and nobody who has talked: without Callroom they wait"
        renewals = len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)"))
        await channel.until(lambda _: len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")) > renewals + 4)
        assert len(story.said) == said
        story.floor.order(replace(JOIN, leg_id="n1-leg-8"))
        await channel.until(talks)
        assert channel.variables["CALLROOM_TALKED"] == "1"
        channel.hang_up()
    assert story.commands("EXEC", "MixMonitor")[-1][2] == "/r/rec-1.raw,Dba"


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
    story.channel.reply("GOSUB", text="200 result=-2")
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN, GOODBYE)
    assert JoinEnded("c1", LEG, False) in story.floor.told
    assert story.floor.end is EndReason.AGENT_HUNG_UP


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


SILENT_JOIN = replace(JOIN, silently=True)


def mixed(story: Story) -> list[list[str]]:
    return [words[1:] for words in story.commands("EXEC") if "MixMonitor" in words[1]]


async def held_in_a_talk(story: Story, channel: FakeAsteriskChannel) -> None:
    await channel.until(waits)
    story.floor.order(JOIN)
    await channel.until(talks)
    story.floor.order(HoldForAgent("c1"))
    channel.end_bridge()
    await channel.until(waits)


async def test_in_a_pause_nobody_is_put_through_before_the_recording_is_silent() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await held_in_a_talk(story, channel)
        story.floor.order(SILENT_JOIN)
        await channel.until(lambda _: len(mixed(story)) == 3)
        assert waits(channel), "with music"
        story.floor.order(TapeIsSilent("c1", succeeded=True))
        await channel.until(talks)
        assert TapeRuns("c1") in story.floor.told
        channel.hang_up()
    assert [words[0] for words in mixed(story)] == ["MixMonitor", "StopMixMonitor", "MixMonitor"]
    assert mixed(story)[-1][1] == "/r/rec-1.raw,Dba"


async def test_what_cannot_be_silenced_is_not_recorded(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await held_in_a_talk(story, channel)
        story.floor.order(SILENT_JOIN, TapeIsSilent("c1", succeeded=False))
        await channel.until(talks)
        assert mixed(story)[-1][0] == "StopMixMonitor"
        assert "Recording could not be silenced" in caplog.messages
        story.floor.order(TapeIsSilent("c1", succeeded=True), HoldForAgent("c1"))
        channel.end_bridge()
        await channel.until(waits)
        story.floor.order(TapeIsSilent("c1", succeeded=True))
        await channel.until(lambda _: len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")) > 8)
        assert waits(channel), "an answer that comes too late is none"
        channel.hang_up()


async def test_another_order_while_the_recording_is_being_silenced_is_obeyed() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await held_in_a_talk(story, channel)
        story.floor.order(SILENT_JOIN, HoldForAgent("c1"))
        await channel.until(lambda _: mixed(story)[-1][0] == "StopMixMonitor" and len(mixed(story)) == 4)
        await channel.until(waits)
        assert not talks(channel)
        channel.hang_up()
    assert story.commands("GOSUB")[1:] == []


@pytest.mark.parametrize("recording_id", ["rec-1", None])
async def test_what_a_killed_callroom_left_running_is_stopped_and_its_file_goes_on(recording_id: str | None) -> None:
    story = Story(MENU, variables={"CALLROOM_TALKED": "1"})
    story.settings = replace(story.settings, after_talk_s=5)
    async with story.running() as channel:
        await channel.until(lambda _: story.floor.line is not None)
        story.floor.order(replace(JOIN, recording_id=recording_id))
        await channel.until(talks)
        channel.end_bridge()
        story.floor.order(GOODBYE)
    started = [["MixMonitor", "/r/rec-1.raw,Dba"]] if recording_id else []
    assert [words[:2] for words in mixed(story)] == [["StopMixMonitor", ""], *started]


ASKED_JOIN = replace(JOIN, recording_id="rec-2", notice=Notice())


async def untaped_talk(story: Story, channel: FakeAsteriskChannel) -> None:
    await channel.until(waits)
    story.floor.order(replace(JOIN, recording_id=None))
    await channel.until(talks)


async def test_a_recording_that_is_asked_for_begins_between_two_bridges_without_music() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await untaped_talk(story, channel)
        music = len(story.commands("SET", "MUSIC", "ON"))
        story.floor.order(ASKED_JOIN)
        channel.end_bridge()
        await channel.until(lambda _: TapeBegan("c1") in story.floor.told)
        await channel.until(talks)
        assert len(story.commands("SET", "MUSIC", "ON")) == music
        channel.hang_up()
    assert mixed(story)[-1] == ["MixMonitor", "/r/rec-2.raw,Db"]


async def test_a_recording_that_is_asked_for_and_does_not_start_is_told_and_the_talk_goes_on() -> None:
    story = Story(QUEUE)
    story.channel.reply("EXEC", "MixMonitor", text="200 result=-2")
    async with story.running() as channel:
        await untaped_talk(story, channel)
        story.floor.order(ASKED_JOIN)
        channel.end_bridge()
        await channel.until(lambda _: TapeNotBegun("c1") in story.floor.told)
        await channel.until(talks)
        channel.hang_up()
    assert TapeBegan("c1") not in story.floor.told


@pytest.mark.parametrize("key", ["", "9"])
async def test_who_is_to_be_told_is_told_before_and_once(key: str) -> None:
    story = Story(QUEUE)
    asked = replace(ASKED_JOIN, notice=Notice("recording_notice", refusable=True))
    async with story.running() as channel:
        await untaped_talk(story, channel)
        if key:
            channel.press(key, during="recording_notice")
        for _ in range(2):
            story.floor.order(asked)
            channel.end_bridge()
            told = TapeNotBegun("c1", NoRecording.REFUSED) if key else TapeBegan("c1")
            await channel.until(lambda _, told=told: told in story.floor.told)
            await channel.until(talks)
        channel.hang_up()
    assert story.said.count("recording_notice") == 1
    assert bool(mixed(story)) is not bool(key)
