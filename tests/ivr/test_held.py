"""A caller who was on hold when Callroom was killed, and asks for it again."""

from dataclasses import replace

import pytest

from cti.domain.commands import HoldForAgent, KeepWaiting, LineCommand
from cti.domain.events import CallQueued
from tests.ivr.stories import JOIN, MENU
from tests.ivr.telephone import Story, talks, waits

HELD = {"CALLROOM_TALKED": "held"}
IN_LINE = {**HELD, "CALLROOM_LINE": "2:5:en"}


@pytest.mark.parametrize("said", [IN_LINE, {**HELD, "CALLROOM_OUTBOUND": "1"}], ids=["from a line", "called by us"])
async def test_who_is_held_goes_on_hearing_music_until_the_agent_is_back(said: dict[str, str]) -> None:
    story = Story(MENU, variables=said)
    for number, queue in story.source.queues.items():
        story.source.queues[number] = replace(queue, record=True, consent_prompt="recording_notice")
    story.floor.first = (HoldForAgent("c1"),)
    async with story.running() as channel:
        await channel.until(waits)
        assert channel.variables["CALLROOM_TALKED"] == "held", "should Callroom go once more"
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()
    assert story.said == []
    assert story.floor.told[0].held  # type: ignore[union-attr]
    assert not [event for event in story.floor.told if isinstance(event, CallQueued)]
    assert story.commands("EXEC", "MixMonitor")[-1][2] == "/r/rec-1.raw,Dba", "the file has the talk from before"


@pytest.mark.parametrize("first", [(), (KeepWaiting("c1"),)])
async def test_whose_agent_is_gone_stands_in_line(first: tuple[LineCommand, ...]) -> None:
    story = Story(MENU, variables=IN_LINE)
    story.floor.first = first
    story.channel.when("MUSIC", story.channel.hang_up)
    await story.play()
    assert CallQueued("c1", 2, 5, "en") in story.floor.told
