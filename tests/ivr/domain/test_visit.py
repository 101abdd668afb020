import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain import steps
from ivr.domain.flow import parse_flow
from ivr.domain.hours import Opening
from ivr.domain.known import Known
from ivr.domain.steps import Digit, Digits, Finished, HoursAre, Input, KnownCaller, LookedUp, Silence, TransferEnded
from ivr.domain.visit import MOST_SILENCES, MOST_STEPS, Visit
from tests.ivr.domain.flows import whole_flow

OTHERWISE = steps.EnterQueue(7, 0)
FLOW = parse_flow(whole_flow(), Known(numbers=None))
NOBODY = LookedUp(None)
OPEN = HoursAre(Opening.OPEN)


def visit_at(*given: Input) -> tuple[Visit, steps.Step]:
    visit = Visit(FLOW, "zh", OTHERWISE)
    step = visit.start()
    for one in given:
        step = visit.feed(one)
    return visit, step


def at_menu(*given: Input) -> tuple[Visit, steps.Step]:
    return visit_at(OPEN, NOBODY, Finished(), *given)


def test_the_calendar_comes_first() -> None:
    assert isinstance(visit_at()[1], steps.CheckHours)
    assert visit_at(HoursAre(Opening.CLOSED))[1] == steps.Voicemail("leave_message")
    assert visit_at(HoursAre(Opening.HOLIDAY))[1] == steps.Goodbye("closed")
    assert visit_at(OPEN)[1] == steps.Lookup(None)


def test_an_unknown_caller_is_greeted_in_the_language_of_the_entry() -> None:
    visit, step = visit_at(OPEN, NOBODY)
    assert (visit.language, step) == ("zh", steps.Say(("welcome",), before_question=True))


def test_a_known_caller_is_greeted_in_their_own_language() -> None:
    visit, step = visit_at(OPEN, LookedUp(KnownCaller(1, "Li", "en")))
    assert (visit.language, step) == ("en", steps.Say(("welcome",), before_question=True))


def test_a_language_that_is_not_spoken_here_is_passed_over() -> None:
    assert visit_at(OPEN, LookedUp(KnownCaller(1, "Li", "fr")))[0].language == "zh"


def test_a_vip_goes_to_the_front() -> None:
    vip = KnownCaller(1, "Li", "zh", is_vip=True)
    assert visit_at(OPEN, LookedUp(vip))[1] == steps.EnterQueue(1, 20)


def test_a_key_decides() -> None:
    assert at_menu()[1] == steps.Ask(("main_menu",), 5)
    assert at_menu(Digit("1"))[1] == steps.EnterQueue(1, 0)
    assert at_menu(Digit("2"))[1] == steps.Voicemail("leave_message")


def test_a_wrong_key_is_asked_again_with_a_hint_then_given_up() -> None:
    wrong = Digit("8")
    assert at_menu(wrong)[1] == steps.Ask(("invalid_choice", "main_menu"), 5)
    assert at_menu(wrong, wrong, wrong)[1] == steps.Goodbye("closed")


def test_silence_is_asked_again_without_a_hint_then_taken_to_a_person() -> None:
    assert at_menu(Silence(), Silence())[1] == steps.Ask(("main_menu",), 5)
    assert at_menu(Silence(), Silence(), Silence())[1] == steps.EnterQueue(1, 0)


def test_the_language_node_speaks_the_other_language_from_here_on() -> None:
    visit, step = at_menu(Digit("9"))
    assert (visit.language, step) == ("en", steps.Say(("welcome",), before_question=True))


def test_digits_are_collected_and_looked_up() -> None:
    assert at_menu(Digit("3"))[1] == steps.Collect(("enter_number",), 5, 11)
    visit, step = at_menu(Digit("3"), Digits("13800138000"))
    assert visit.variables == {"phone": "13800138000"}
    assert step == steps.Lookup("13800138000")
    known = LookedUp(KnownCaller(1, "Li"))
    assert at_menu(Digit("3"), Digits("13800138000"), known)[1] == steps.EnterQueue(1, 0)


def test_too_few_digits_are_asked_again() -> None:
    assert at_menu(Digit("3"), Digits("13"))[1] == steps.Collect(("invalid_choice", "enter_number"), 5, 11)
    assert at_menu(Digit("3"), *[Digits("")] * 3)[1] == steps.Ask(("main_menu",), 5)


def test_a_number_that_was_never_collected_finds_nobody() -> None:
    data = {
        "start": "who",
        "nodes": {
            "who": {"type": "lookup", "variable": "phone", "found": "bye", "unknown": "bye"},
            "bye": {"type": "hang_up"},
        },
    }
    visit = Visit(parse_flow(data), "zh", OTHERWISE)
    assert visit.start() == steps.Lookup("")


def test_a_transfer_ends_the_visit_or_goes_on() -> None:
    assert at_menu(Digit("4"))[1] == steps.Transfer("+861012345678", 30)
    assert at_menu(Digit("4"), TransferEnded(True))[1] == steps.Goodbye(None, transferred=True)
    assert at_menu(Digit("4"), TransferEnded(False))[1] == steps.Ask(("main_menu",), 5)


@pytest.mark.parametrize(
    ("before", "wrong"),
    [
        ((), Silence()),
        ((OPEN,), Finished()),
        ((OPEN, NOBODY), OPEN),
        ((OPEN, NOBODY, Finished()), NOBODY),
        ((OPEN, NOBODY, Finished(), Digit("3")), Digit("1")),
        ((OPEN, NOBODY, Finished(), Digit("4")), Silence()),
    ],
)
def test_an_answer_to_another_question_repeats_this_one(before: tuple[Input, ...], wrong: Input) -> None:
    assert visit_at(*before, wrong)[1] == visit_at(*before)[1]


def test_the_last_step_stays() -> None:
    assert at_menu(Digit("1"), Digit("2"), Silence())[1] == steps.EnterQueue(1, 0)


def circling() -> Visit:
    data = {
        "start": "menu",
        "nodes": {
            "menu": {
                "type": "menu",
                "prompt": "main_menu",
                "options": {"1": "menu"},
                "retries": 0,
                "on_timeout": "menu",
            },
        },
    }
    return Visit(parse_flow(data), "zh", OTHERWISE)


@pytest.mark.parametrize(("given", "limit"), [(Silence(), MOST_SILENCES), (Digit("1"), MOST_STEPS + 1)])
def test_going_round_in_circles_ends_with_a_person(given: Input, limit: int) -> None:
    visit = circling()
    visit.start()
    asked = [visit.feed(given) for _ in range(limit)]
    assert asked[-1] == OTHERWISE
    assert OTHERWISE not in asked[:-1]


inputs = st.one_of(
    st.just(Finished()),
    st.sampled_from("0123456789*#").map(Digit),
    st.just(Silence()),
    st.text("0123456789", max_size=15).map(Digits),
    st.sampled_from(Opening).map(HoursAre),
    st.booleans().map(TransferEnded),
    st.builds(KnownCaller, st.integers(), st.text(), st.sampled_from(["zh", "en", "", "xx"]), st.booleans()).map(
        LookedUp
    ),
    st.just(NOBODY),
)


@given(given_inputs=st.lists(inputs, max_size=60))
def test_whatever_happens_the_visit_asks_again_or_ends(given_inputs: list[Input]) -> None:
    visit = Visit(FLOW, "zh", OTHERWISE)
    step = visit.start()
    for one in given_inputs:
        was_last = isinstance(step, steps.LAST_STEPS)
        after = visit.feed(one)
        assert after == step or not was_last
        step = after
    assert visit.language in ("zh", "en")


@given(one=inputs)
def test_the_same_input_over_and_over_always_ends(one: Input) -> None:
    visit = Visit(FLOW, "zh", OTHERWISE)
    step = visit.start()
    for _ in range(MOST_STEPS + 1):
        step = visit.feed(one)
    assert isinstance(step, steps.LAST_STEPS)


def test_a_line_with_a_way_for_closed_hours_is_asked_first() -> None:
    data = whole_flow()
    data["nodes"]["sales"]["closed"] = "message"
    visit = Visit(parse_flow(data, Known(numbers=None)), "zh", OTHERWISE)
    step = visit.start()
    for one in (OPEN, NOBODY, Finished(), Digit("1")):
        step = visit.feed(one)
    assert step == steps.CheckQueue(1)
    assert visit.feed(Finished()) == step, "no answer to it"
    shut = Visit(parse_flow(data, Known(numbers=None)), "zh", OTHERWISE)
    shut.start()
    for one in (OPEN, NOBODY, Finished(), Digit("1")):
        shut.feed(one)
    assert visit.feed(OPEN) == steps.EnterQueue(1, 0)
    assert shut.feed(HoursAre(Opening.HOLIDAY)) == steps.Voicemail("leave_message")
