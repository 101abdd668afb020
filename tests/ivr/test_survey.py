"""After the talk: who is asked how it was, and what counts as an answer."""

import pytest

from cti.domain.commands import SayGoodbye
from cti.domain.events import CallRated
from cti.domain.values import EndReason, QueueSettings
from ivr.survey import QUESTION_PROMPT, THANKS_PROMPT
from tests.ivr.stories import GOODBYE, JOIN, QUEUE
from tests.ivr.telephone import Story, talks, waits

ASKING = QueueSettings(1, "Support", survey=True)


async def after_a_talk(story: Story, order: SayGoodbye | None = GOODBYE) -> list[str]:
    """What the caller is told after the agent hung up."""
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        said = len(story.said)
        if order is not None:
            story.floor.order(order)
        channel.end_bridge()
    return story.said[said:]


def asking(queue: QueueSettings = ASKING) -> Story:
    story = Story(QUEUE)
    story.source.queues[1] = queue
    return story


def scores(story: Story) -> list[int]:
    return [event.score for event in story.floor.told if isinstance(event, CallRated)]


@pytest.mark.parametrize("key", "12345")
async def test_a_key_during_the_question_is_the_answer(key: str) -> None:
    story = asking()
    story.channel.press(key, during=QUESTION_PROMPT)
    assert await after_a_talk(story) == [QUESTION_PROMPT, THANKS_PROMPT, "goodbye"]
    assert (scores(story), story.floor.end) == ([int(key)], EndReason.AGENT_HUNG_UP)


async def test_or_in_the_moment_after_it_whatever_was_pressed_before() -> None:
    story = asking()
    story.channel.press("094", during="WAIT")
    assert await after_a_talk(story) == [QUESTION_PROMPT, THANKS_PROMPT, "goodbye"]
    assert scores(story) == [4]


async def test_who_says_nothing_is_asked_twice_and_no_more() -> None:
    story = asking()
    assert await after_a_talk(story) == [QUESTION_PROMPT, QUESTION_PROMPT, "goodbye"]
    assert (scores(story), story.floor.end) == ([], EndReason.AGENT_HUNG_UP)


async def test_a_question_that_cannot_be_asked_is_not_asked_again() -> None:
    story = asking()
    story.prompts.missing.add(QUESTION_PROMPT)
    assert await after_a_talk(story) == ["goodbye"]


@pytest.mark.parametrize(("queue", "order"), [(QueueSettings(1, "Support"), GOODBYE), (ASKING, None)])
async def test_nobody_else_is_asked(queue: QueueSettings, order: SayGoodbye | None) -> None:
    story = asking(queue)
    assert await after_a_talk(story, order) == ["goodbye"]
    assert scores(story) == []


async def test_who_hangs_up_into_the_question_was_left_by_the_agent() -> None:
    story = asking()
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        story.floor.order(GOODBYE)
        channel.end_bridge()
        await channel.until(lambda _: QUESTION_PROMPT in story.said)
        channel.hang_up()
    assert story.floor.end is None, "the floor knows"
