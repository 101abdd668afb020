from dataclasses import replace

import pytest

from cti.domain.commands import HoldForAgent, KeepWaiting
from cti.domain.events import JoinEnded
from cti.domain.values import EndReason
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
        assert channel.variables["CALLROOM_TALKED"] == "0", "if Callroom goes now, the caller is one who waits"
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
