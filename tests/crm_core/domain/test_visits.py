"""What becomes of a call in its lines."""

from datetime import UTC, datetime, timedelta

import pytest

from crm_core.domain.day import day_of
from crm_core.domain.visits import Fate, Visits
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_words import CallbackAsked, CallbackChanged
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    Fact,
    SwitchChanged,
    TalkEnded,
    TalkInterrupted,
    TalkResumed,
    TalkStarted,
    WaitStarted,
)
from cti.domain.values import AgentState, EndReason

BEGIN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SALES, CARE, ANN, BOB = 1, 2, 11, 12


class Story:
    """Facts of one call, by seconds since it came into line."""

    def __init__(self, begin: datetime = BEGIN) -> None:
        self.begin = begin
        self.visits = Visits(day_of(begin, UTC))

    def at(self, seconds: float, *facts: Fact) -> "Story":
        for fact in facts:
            self.visits.take(self.begin + timedelta(seconds=seconds), fact)
        return self

    def queued(self, seconds: float, queue_id: int = SALES) -> "Story":
        return self.at(seconds, WaitStarted("c", queue_id, 0))

    def talk(self, seconds: float, waited_s: float, queue_id: int | None = SALES, agent_id: int = ANN) -> "Story":
        return self.at(seconds, TalkStarted("c", agent_id, f"leg{agent_id}", queue_id, waited_s, None))

    def talked(self, seconds: float, talked_s: float, agent_id: int = ANN) -> "Story":
        return self.at(seconds, TalkEnded("c", agent_id, f"leg{agent_id}", talked_s))

    def ended(self, seconds: float, reason: EndReason, waited_s: float = 0.0) -> "Story":
        return self.at(seconds, CallEnded("c", reason, 16, SALES, None, waited_s, 0.0))

    def turned(self, seconds: float, state: AgentState, previous: AgentState, lasted_s: float = 0.0) -> "Story":
        return self.at(seconds, AgentChanged(ANN, state, "", previous, lasted_s))

    def stays(self) -> list[tuple[int, Fate, float]]:
        return [(stay.queue_id, stay.fate, stay.wait_s) for stay in self.visits.visits["c"].stays]

    def handled_s(self) -> list[float]:
        return [stay.handle_s for stay in self.visits.visits["c"].stays]


def test_an_answered_call_has_waited_as_long_as_the_floor_says() -> None:
    story = Story().queued(0).talk(12, 15.0).talked(72, 60.0).ended(72, EndReason.CALLER_HUNG_UP)
    # it came back from an outage: the floor knows more than the time since it came into line
    assert story.stays() == [(SALES, Fate.ANSWERED, 15.0)]
    assert story.handled_s() == [60.0]
    assert story.visits.visits["c"].ended


def test_a_caller_who_hangs_up_in_line_gave_up() -> None:
    for reason in (EndReason.ABANDONED_IN_QUEUE, EndReason.ABANDONED_RINGING):
        assert Story().queued(0).ended(9, reason, 9.0).stays() == [(SALES, Fate.ABANDONED, 9.0)]


def called_back(result: CallbackResult | None, call_id: str = "c") -> CallbackChanged:
    state = CallbackState.WAITING if result is None else CallbackState.OVER
    return CallbackChanged(call_id, "b", state, "", SALES, 0, None, "", None, result)


def test_who_hangs_up_to_be_called_was_promised_it() -> None:
    story = Story().queued(0).at(30, CallbackAsked("c", "b", SALES), called_back(None)).ended(34, EndReason.CALLBACK)
    assert story.stays() == [(SALES, Fate.CALLBACK, 30.0)]
    assert not story.visits.visits["c"].stays[0].kept
    version = story.visits.slots[36].version
    slot = story.visits.slots[36]
    story.at(601, WaitStarted("d", SALES, 0))
    assert [visit.call_id for visit in slot.touched_since(version, None)] == ["d"]
    story.at(602, called_back(CallbackResult.REACHED))
    assert story.visits.visits["c"].stays[0].kept
    assert [visit.call_id for visit in slot.touched_since(version, None)] == ["c", "d"], "counted again"
    assert slot.touched_since(slot.version, None) == []


@pytest.mark.parametrize("result", [one for one in CallbackResult if one not in ("reached", "called_in")])
def test_a_promise_with_which_nobody_talked_is_not_kept(result: CallbackResult) -> None:
    story = Story().queued(0).at(30, CallbackAsked("c", "b", SALES)).at(90, called_back(result))
    assert not story.visits.visits["c"].stays[0].kept


def test_only_the_line_that_they_left_promised_anything() -> None:
    story = Story().queued(0, SALES).queued(20, CARE).at(50, CallbackAsked("c", "b", CARE))
    story.at(60, called_back(CallbackResult.CALLED_IN))
    assert story.stays() == [(SALES, Fate.PASSED_ON, 20.0), (CARE, Fate.CALLBACK, 30.0)]
    assert [stay.kept for stay in story.visits.visits["c"].stays] == [False, True]


def test_who_was_answered_before_is_promised_nothing() -> None:
    story = Story().queued(0).talk(5, 5.0).talked(20, 15.0).queued(21).at(40, CallbackAsked("c", "b", SALES))
    assert story.stays() == [(SALES, Fate.ANSWERED, 5.0)]


def test_a_promise_of_an_unknown_call_or_line_changes_nothing() -> None:
    story = Story().queued(0).at(5, CallbackAsked("x", "b", SALES), called_back(CallbackResult.REACHED, "x"))
    assert list(story.visits.visits) == ["c"]
    assert story.at(6, CallbackAsked("c", "b", CARE)).stays() == [(SALES, Fate.OPEN, 0.0)]


@pytest.mark.parametrize("reason", [EndReason.VOICEMAIL, EndReason.LOST_WHILE_AWAY, EndReason.TRANSFERRED_OUT])
def test_all_other_ends_in_line_are_passed_on(reason: EndReason) -> None:
    assert Story().queued(0).ended(30, reason, 30.0).stays() == [(SALES, Fate.PASSED_ON, 30.0)]


def test_the_fallback_has_the_last_word() -> None:
    story = Story().queued(0).ended(9, EndReason.ABANDONED_IN_QUEUE, 9.0).ended(20, EndReason.FALLBACK)
    assert story.stays() == [(SALES, Fate.PASSED_ON, 9.0)]
    story = Story().queued(0).talk(5, 5.0).ended(20, EndReason.FALLBACK)
    assert story.stays() == [(SALES, Fate.ANSWERED, 5.0)]


def test_an_overflow_counts_in_both_lines_and_each_with_its_own_wait() -> None:
    story = Story().queued(0).queued(100, CARE).talk(130, 130.0, CARE)
    assert story.stays() == [(SALES, Fate.PASSED_ON, 100.0), (CARE, Fate.ANSWERED, 30.0)]
    story = Story().queued(0).queued(100, CARE).ended(107, EndReason.ABANDONED_IN_QUEUE, 107.0)
    assert story.stays() == [(SALES, Fate.PASSED_ON, 100.0), (CARE, Fate.ABANDONED, 7.0)]


def test_who_comes_into_the_same_line_again_is_one_stay() -> None:
    story = Story().queued(0).queued(50).talk(60, 60.0)
    assert story.stays() == [(SALES, Fate.ANSWERED, 60.0)]
    story = Story().queued(0).queued(40, CARE).queued(90, SALES)
    assert story.stays() == [(SALES, Fate.OPEN, 0.0), (CARE, Fate.PASSED_ON, 50.0)]


def test_the_first_answer_is_final() -> None:
    story = Story().queued(0).talk(5, 5.0).talked(65, 60.0)
    # the agent's page went for good: in line once more, and nobody came
    story.queued(65).ended(95, EndReason.ABANDONED_IN_QUEUE, 35.0)
    assert story.stays() == [(SALES, Fate.ANSWERED, 5.0)]


def test_a_transfer_to_another_line_is_offered_and_answered_there_too() -> None:
    story = Story().queued(0).talk(5, 5.0).talked(65, 60.0).queued(65, CARE)
    story.talk(75, 15.0, CARE, BOB).talked(175, 100.0, BOB).ended(175, EndReason.AGENT_HUNG_UP)
    assert story.stays() == [(SALES, Fate.ANSWERED, 5.0), (CARE, Fate.ANSWERED, 10.0)]
    assert story.handled_s() == [60.0, 100.0], "each line has the time of its own agents"


def test_a_transfer_within_the_line_is_one_call_with_two_talks() -> None:
    story = Story().queued(0).talk(5, 5.0).talked(65, 60.0).talk(65, 5.0, SALES, BOB).talked(95, 30.0, BOB)
    assert story.stays() == [(SALES, Fate.ANSWERED, 5.0)]
    assert story.handled_s() == [90.0]


def test_a_talk_that_is_interrupted_goes_on() -> None:
    story = Story().queued(0).talk(5, 5.0)
    story.at(15, TalkInterrupted("c", ANN, "leg", 10.0))
    (stay,) = story.visits.visits["c"].stays
    assert not stay.talking
    story.at(20, TalkResumed("c", ANN, "leg2", 5.0))
    assert stay.talking
    story.talked(40, 20.0)
    assert (stay.talking, stay.handle_s) == (False, 30.0)


def test_a_wrap_up_belongs_to_the_talk_before_it() -> None:
    story = Story().queued(0).talk(5, 5.0).talked(65, 60.0).turned(65, AgentState.WRAP_UP, AgentState.TALKING)
    story.turned(85, AgentState.READY, AgentState.WRAP_UP, 20.0)
    assert story.handled_s() == [80.0]
    # a guest in somebody else's talk wraps up as well, and not this one
    story.turned(95, AgentState.WRAP_UP, AgentState.TALKING).turned(99, AgentState.READY, AgentState.WRAP_UP, 4.0)
    assert story.handled_s() == [80.0]


def test_a_talk_without_a_wrap_up_leaves_none_for_later() -> None:
    story = Story().queued(0).talk(5, 5.0).talked(65, 60.0).turned(65, AgentState.NOT_READY, AgentState.TALKING)
    story.turned(70, AgentState.WRAP_UP, AgentState.TALKING).turned(75, AgentState.READY, AgentState.WRAP_UP, 5.0)
    assert story.handled_s() == [60.0]


def test_a_talk_that_was_found_after_a_crash_is_in_its_line() -> None:
    assert Story().talk(30, 12.0).stays() == [(SALES, Fate.ANSWERED, 12.0)]
    assert Story().queued(0).talk(30, 30.0, None).stays() == [(SALES, Fate.ANSWERED, 30.0)]
    assert not Story().talk(30, 12.0, None).visits.visits, "of no line that anybody knows"


def test_a_call_without_any_line_that_is_found_talking_is_of_none() -> None:
    story = Story().talk(30, 12.0)
    story.visits.visits["c"].stays.clear()
    assert story.talk(31, 12.0, None).stays() == []


def test_what_is_not_known_changes_nothing() -> None:
    story = Story().at(0, TalkResumed("c", ANN, "leg", 1.0), TalkEnded("c", ANN, "leg", 1.0), SwitchChanged("n1", True))
    story.ended(1, EndReason.ABANDONED_IN_MENU)
    assert not story.visits.visits
    story.queued(2).at(3, TalkEnded("c", ANN, "leg", 1.0), TalkResumed("c", ANN, "leg", 1.0))
    assert story.stays() == [(SALES, Fate.OPEN, 0.0)]


def test_a_stay_belongs_to_the_quarter_of_its_beginning() -> None:
    story = Story().queued(0).queued(1000, CARE).talk(2000, 2000.0, CARE)
    first, second = story.visits.visits["c"].stays
    assert (first.slot, second.slot) == (36, 37)
    assert [number for number, slot in enumerate(story.visits.slots) if slot.of_queue] == [36, 37]
    assert story.visits.slots[36].version > 0


def test_who_looks_at_one_queue_sees_nothing_of_the_others() -> None:
    story = Story().queued(0, SALES).at(1, WaitStarted("d", CARE, 0)).queued(2, CARE)
    slot = story.visits.slots[36]
    touched = {
        queue_ids: [visit.call_id for visit in slot.touched_since(0, queue_ids)]
        for queue_ids in ((SALES,), (CARE,), (SALES, CARE), (99,))
    }
    assert touched == {(SALES,): ["c"], (CARE,): ["c", "d"], (SALES, CARE): ["c", "c", "d"], (99,): []}


def test_midnight_keeps_open_calls_with_the_day_on_which_they_came() -> None:
    story = Story(datetime(2026, 11, 22, 23, 59, 50, tzinfo=UTC)).queued(0)
    story.at(0, WaitStarted("over", SALES, 0), TalkStarted("over", BOB, "leg", SALES, 0.0, None))
    story.at(1, TalkEnded("over", BOB, "leg", 1.0), AgentChanged(BOB, AgentState.WRAP_UP, "", AgentState.TALKING, 1.0))
    story.at(1, CallEnded("over", EndReason.CALLER_HUNG_UP, 16, SALES, BOB, 0.0, 1.0))
    story.visits.begin(day_of(story.begin + timedelta(seconds=10), UTC))
    assert list(story.visits.visits) == ["c"]
    story.talk(20, 20.0).at(25, AgentChanged(BOB, AgentState.READY, "", AgentState.WRAP_UP, 24.0))
    assert not any(slot.of_queue for slot in story.visits.slots)
    story.talked(30, 10.0).queued(30, CARE)
    assert [slot is not None for slot in (stay.slot for stay in story.visits.visits["c"].stays)] == [False, True]


def test_a_talk_that_is_found_after_midnight_is_of_the_day_on_which_it_waited() -> None:
    story = Story(datetime(2026, 11, 22, 0, 0, 5, tzinfo=UTC)).talk(0, 30.0)
    assert story.visits.visits["c"].stays[0].slot is None
