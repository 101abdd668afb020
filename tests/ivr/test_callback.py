"""A caller in line is told that we can call, and says where."""

from dataclasses import replace

import pytest

from cti.domain.callback_values import CallbackRules
from cti.domain.commands import GreetCalledBack
from cti.domain.events import CallReached
from cti.domain.values import EndReason, OutboundSettings
from ivr.ports import Promise
from tests.ivr.stories import GOODBYE, JOIN, QUEUE
from tests.ivr.telephone import Story, talks

RULES = CallbackRules(offered=True, after_s=0.0, key="7")


def story_with(rules: CallbackRules = RULES, *pressed: tuple[str, str], number: str = "13900139000") -> Story:
    story = Story(QUEUE, number=number)
    story.source.queues[1] = replace(story.source.queues[1], callbacks=rules, announce_every_s=0)
    for key, during in pressed:
        story.channel.press(key, during=during)
    return story


async def test_the_callers_own_number_by_two_keys() -> None:
    story = story_with(RULES, ("7", "callback_offer"), ("1", "callback_own"))
    await story.play()
    assert story.desk.asked == [("c1", "13900139000")]
    assert story.said == ["callback_offer", "callback_own", "callback_promised"]
    assert story.floor.end is EndReason.CALLBACK
    assert story.channel.done


async def test_another_number_is_said_back() -> None:
    story = story_with(
        RULES, ("7", "number_7"), ("2", "callback_change"), ("10086#", "enter_number"), ("1", "callback_confirm")
    )
    await story.play()
    assert story.desk.asked == [("c1", "10086")]
    said = ["callback_number_is", "number_1", "number_0", "number_0", "number_8", "number_6", "callback_confirm"]
    assert story.said[-8:-1] == said


async def test_who_thinks_better_of_it_waits_on() -> None:
    story = story_with(RULES, ("7", "callback_offer"), ("*", "callback_own"))
    async with story.running() as channel:
        await channel.until(lambda _: "callback_none" in story.said)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()
    assert story.desk.asked == []


async def test_an_agent_who_answers_ends_the_question() -> None:
    story = story_with(RULES, ("7", "callback_offer"))
    story.channel.hold("callback_own")
    async with story.running() as channel:
        await channel.until(lambda _: "callback_own" in story.said)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()
    assert story.desk.asked == []


@pytest.mark.parametrize(
    ("answer", "told"), [(Promise.REFUSED, "callback_refused"), (Promise.FAILED, "callback_failed")]
)
async def test_what_cannot_be_promised_is_said_and_the_place_is_as_before(answer: Promise, told: str) -> None:
    story = story_with(RULES, ("7", "callback_offer"), ("1", "callback_own"))
    story.desk.answer = answer
    async with story.running() as channel:
        await channel.until(lambda _: told in story.said)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()


async def test_who_calls_without_a_number_is_asked_for_one() -> None:
    story = story_with(RULES, ("7", "callback_offer"), ("10086#", "enter_number"), ("1", "callback_confirm"), number="")
    await story.play()
    assert story.desk.asked == [("c1", "10086")]


async def test_no_other_number_where_the_line_allows_none() -> None:
    fixed = replace(RULES, may_change_number=False)
    story = story_with(fixed, ("7", "callback_offer"), ("1", "callback_own"))
    await story.play()
    assert "callback_change" not in story.said
    story = story_with(fixed, ("7", "callback_offer"), number="")
    async with story.running() as channel:
        await channel.until(lambda _: "callback_none" in story.said)
        channel.hang_up()
    assert story.desk.asked == []


async def test_a_number_is_entered_twice_at_most() -> None:
    story = story_with(RULES, ("7", "callback_offer"), ("2", "callback_own"), ("#", "enter_number"))
    story.channel.press("#", during="enter_number")
    async with story.running() as channel:
        await channel.until(lambda _: "callback_none" in story.said)
        channel.hang_up()
    assert story.said.count("enter_number") == 2


async def test_a_line_without_the_rule_offers_nothing() -> None:
    story = story_with(CallbackRules())
    async with story.running() as channel:
        await channel.until(lambda _: len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")) > 4)
        channel.hang_up()
    assert story.said == []


async def test_who_hangs_up_in_the_question_is_gone() -> None:
    story = story_with(RULES, ("7", "callback_offer"))
    story.channel.hold("callback_own")
    async with story.running() as channel:
        await channel.until(lambda _: "callback_own" in story.said)
        channel.hang_up()
    assert story.floor.end is None


# --- and is called ---


async def test_who_is_called_back_hears_why_in_their_language() -> None:
    story = Story(QUEUE, variables={"CALLROOM_OUTBOUND": "1"})
    story.source.settings = OutboundSettings(consent_prompt="not_this_one")
    story.source.queues[1] = replace(story.source.queues[1], consent_prompt="recording_notice")
    story.floor.first = (GreetCalledBack("c1", 1, "en"), JOIN)
    story.settings = replace(story.settings, after_talk_s=5.0)
    async with story.running() as channel:
        await channel.until(talks)
        story.floor.order(GOODBYE)
        channel.end_bridge()
    assert CallReached("c1") in story.floor.told
    said = [path.rsplit("/", 2)[-2:] for path in story.channel.played]
    assert said == [["en", "callback_greeting"], ["en", "recording_notice"], ["en", "goodbye"]]
