import pytest

from dialer.domain.lines import Lines


def looking(lines: Lines) -> Lines:
    lines.look_ahead([5.0, 15.0])
    return lines


def mean_people(lines: Lines, now_s: float, level: float = 1.0) -> list[float]:
    return lines.people(lines.ages(now_s), level).tolist()[:2]


def test_no_lines_are_nobody() -> None:
    assert looking(Lines()).people(looking(Lines()).ages(0.0), 1.0).tolist() == [0.0] * 6


def test_who_waits_is_certain_and_who_rings_is_not() -> None:
    lines = looking(Lines())
    lines.start("a", 0.0)
    ringing = mean_people(lines, 8.0)
    assert 0 < ringing[0] < ringing[1] < 1
    lines.answer("a", 8.0)
    assert mean_people(lines, 8.0) == [1.0, 1.0]
    assert (lines.ringing, lines.waiting) == (0, 1)
    lines.leave("a")
    assert mean_people(lines, 8.0) == [0.0, 0.0]


def test_an_answer_that_is_told_after_its_agent_was_lets_nobody_wait() -> None:
    lines = looking(Lines())
    for number in range(20):
        lines.start(str(number), 0.0)
        lines.hand_over(str(number), 11.0)
    assert lines.level.value() > 1, "it was an answer all the same"
    assert (lines.ringing, lines.waiting) == (0, 0)
    for number in range(20):
        lines.answer(str(number), 12.0)
    assert (lines.ringing, lines.waiting) == (0, 0)
    lines.answer("0", 13.0)
    assert lines.waiting == 1, "what is told a second time is another one"


def test_an_answer_that_is_never_told_is_waited_for_no_longer_than_a_person_waits() -> None:
    lines = looking(Lines())
    lines.start("a", 0.0)
    lines.hand_over("a", 10.0)
    lines.forget_lost(45.0)
    assert not lines._gone


def test_who_waited_and_has_an_agent_waits_no_more() -> None:
    lines = looking(Lines())
    lines.start("a", 0.0)
    lines.answer("a", 8.0)
    lines.hand_over("a", 9.0)
    assert (lines.waiting, lines._gone) == (0, {})


def test_a_higher_level_expects_more_but_never_certainty() -> None:
    lines = looking(Lines())
    lines.start("a", 0.0)
    assert mean_people(lines, 5.0, 2.0)[1] > mean_people(lines, 5.0, 1.0)[1]
    assert mean_people(lines, 5.0, 1000.0)[1] < 1
    assert lines.one_more(1000.0)[0] < 1


def test_it_learns_when_enough_came_out() -> None:
    lines = looking(Lines())
    assert not lines.learn(0.0)
    for number in range(40):
        lines.start(str(number), 0.0)
    before = lines.one_more(1.0)[1]
    for number in range(40):
        lines.end(str(number), 25.0)
    assert lines.learn(25.0)
    lines.look_ahead([5.0, 15.0])
    assert lines.one_more(1.0)[1] < before
    assert lines.level.value() < 1


def test_a_refused_line_teaches_nothing() -> None:
    lines = looking(Lines())
    for number in range(40):
        lines.start(str(number), 0.0)
        lines.fail(str(number))
    assert (lines.ringing, lines.level.value(), lines.learn(1.0)) == (0, 1.0, False)


@pytest.mark.parametrize("happen", [Lines.answer, Lines.end])
def test_a_line_whose_start_was_not_heard_teaches_nothing(happen: object) -> None:
    lines = Lines()
    happen(lines, "unknown", 5.0)  # type: ignore[operator]
    assert lines.level.value() == 1.0


def test_lines_whose_end_was_never_told_are_forgotten_and_no_others() -> None:
    lines = looking(Lines())
    lines.start("lost", 0.0)
    lines.start("waits", 100.0)
    lines.answer("waits", 110.0)
    lines.start("young", 170.0)
    lines.forget_lost(181.0)
    assert lines.overdue(181.0, 71.0) == 0
    assert lines.overdue(181.0, 70.0) == 1
    assert (lines.ringing, lines.waiting) == (1, 0)
    assert lines.ages(181.0).nonzero()[0].tolist() == [11]


def test_who_waits_is_no_answer_that_is_only_expected() -> None:
    lines = looking(Lines())
    lines.start("a", 0.0)
    lines.start("b", 0.0)
    lines.answer("b", 8.0)
    people = lines.people(lines.ages(8.0), 1.0)
    assert lines.answers(people).tolist() == pytest.approx((people[:2] - 1).tolist())
