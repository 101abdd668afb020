import json
from dataclasses import replace

import pytest

from crm_core.domain.routing import document_of, routing_of, routing_problems, skill_problems
from cti.domain.values import Climb, Routing, Rung, SkillRule, SkillStep, Strategy

FULL = Routing(
    Strategy.ROUND_ROBIN,
    weight=3,
    skills=(SkillRule("english", (SkillStep(3, 60.0), SkillStep(1))), SkillRule("language", (SkillStep(2),))),
    preferred_s=20.0,
    reserve_after_s=45.0,
    level_priorities=(("vip", 10), ("a", 5)),
    most_waiting=20,
    most_expected_s=300.0,
    needs_staff=True,
    ladder=(
        Rung(60.0, 5),
        Rung(0.0, 10, None, Climb.DEPTH, more_than=8),
        Rung(120.0, 0, 2),
        Rung(30.0, 0, 3, Climb.EXPECTED_WAIT, expected_s=180.0),
        Rung(30.0, 0, 3, Climb.NO_STAFF),
    ),
    overflow_beyond=10,
    overflow_expected_s=240.0,
    overflow_held_s=20.0,
)


def codes(routing: Routing) -> list[tuple[str, str]]:
    return [(path.removeprefix("routing."), code) for path, code, *_ in routing_problems(routing)]


def test_what_was_written_is_read() -> None:
    for routing in (FULL, Routing()):
        assert routing_of(json.loads(json.dumps(document_of(routing)))) == routing
        assert codes(routing) == []
    assert routing_of({}) == Routing(), "a line of before"
    assert routing_of({"ladder": [{"after_s": 60.0, "raise_by": 5}]}).ladder == (Rung(60.0, 5),), "a ladder of before"


def test_two_spellings_are_one_skill() -> None:
    document = {"skills": [{"skill": " English ", "steps": [{"level": 1}]}]}
    assert routing_of(document).skills[0].skill == "english"


def rule(*steps: tuple[int, float | None], skill: str = "x") -> Routing:
    return Routing(skills=(SkillRule(skill, tuple(SkillStep(level, until_s) for level, until_s in steps)),))


@pytest.mark.parametrize(("routing", "problem"), [
    (replace(FULL, weight=-1), ("weight", "out_of_range")),
    (replace(FULL, most_waiting=10_001), ("most_waiting", "out_of_range")),
    (replace(FULL, most_expected_s=-1.0), ("most_expected_s", "out_of_range")),
    (replace(FULL, overflow_beyond=-1), ("overflow_beyond", "out_of_range")),
    (replace(FULL, overflow_expected_s=3601.0), ("overflow_expected_s", "out_of_range")),
    (replace(FULL, overflow_held_s=0.5), ("overflow_held_s", "out_of_range")),
    (replace(FULL, preferred_s=3601.0), ("preferred_s", "out_of_range")),
    (replace(FULL, reserve_after_s=float("nan")), ("reserve_after_s", "out_of_range")),
    (replace(FULL, skills=(*FULL.skills, *FULL.skills[:1])), ("skills.2.skill", "duplicate")),
    (replace(FULL, level_priorities=(("vip", 101),)), ("level_priorities.vip", "out_of_range")),
    (replace(FULL, level_priorities=tuple((str(n), 1) for n in range(21))), ("level_priorities", "too_many")),
    (Routing(skills=tuple(SkillRule(f"s{n}", (SkillStep(1),)) for n in range(11))), ("skills", "too_many")),
    (Routing(ladder=tuple(Rung(n, 1) for n in range(1, 7))), ("ladder", "too_many")),
    (Routing(ladder=(Rung(60, 1), Rung(60, 1))), ("ladder.1.after_s", "not_in_order")),
    (Routing(ladder=(Rung(0, 1),)), ("ladder.0.after_s", "not_in_order")),
    (Routing(ladder=(Rung(3601, 1),)), ("ladder.0.after_s", "not_in_order")),
    (Routing(ladder=(Rung(60, 101),)), ("ladder.0.raise_by", "out_of_range")),
    (Routing(ladder=(Rung(60),)), ("ladder.0.raise_by", "missing")),
    (Routing(ladder=(Rung(-1, 1, None, Climb.NO_STAFF),)), ("ladder.0.after_s", "out_of_range")),
    (Routing(ladder=(Rung(3601, 1, None, Climb.NO_STAFF),)), ("ladder.0.after_s", "out_of_range")),
    (Routing(ladder=(Rung(0, 1, None, Climb.DEPTH),)), ("ladder.0.more_than", "out_of_range")),
    (Routing(ladder=(Rung(0, 1, None, Climb.DEPTH, 10_001),)), ("ladder.0.more_than", "out_of_range")),
    (Routing(ladder=(Rung(0, 1, None, Climb.EXPECTED_WAIT),)), ("ladder.0.expected_s", "out_of_range")),
    (Routing(ladder=(Rung(0, 1, None, Climb.EXPECTED_WAIT, 0, 3601.0),)), ("ladder.0.expected_s", "out_of_range")),
    (Routing(ladder=(Rung(0, 1, None, Climb.NO_STAFF),) * 2), ("ladder.1.cause", "same_step")),
    (rule(skill=" "), ("skills.0.skill", "missing")),
    (rule((1, None), skill="x" * 41), ("skills.0.skill", "too_long")),
    (rule((1, None), skill="a\nb"), ("skills.0.skill", "too_long")),
    (rule(), ("skills.0.steps", "too_many")),
    (rule(*[(1, float(n + 1)) for n in range(5)], (0, None)), ("skills.0.steps", "too_many")),
    (rule((11, None)), ("skills.0.steps.0.level", "out_of_range")),
    (rule((1, 60.0)), ("skills.0.steps.0.until_s", "not_in_order")),
    (rule((1, None), (0, None)), ("skills.0.steps.0.until_s", "not_in_order")),
    (rule((2, 60.0), (1, 60.0), (0, None)), ("skills.0.steps.1.until_s", "not_in_order")),
    (rule((2, 0.0), (0, None)), ("skills.0.steps.0.until_s", "not_in_order")),
    (rule((2, 3601.0), (0, None)), ("skills.0.steps.0.until_s", "not_in_order")),
])  # fmt: skip
def test_what_makes_no_sense_is_named(routing: Routing, problem: tuple[str, str]) -> None:
    assert problem in codes(routing)


@pytest.mark.parametrize("ladder", [
    (Rung(0, 10, None, Climb.DEPTH, 8), Rung(60, 5), Rung(0, 0, 2, Climb.DEPTH, 8)),
    (Rung(0, 10, None, Climb.EXPECTED_WAIT, 0, 60.0), Rung(60, 5), Rung(0, 0, 2, Climb.EXPECTED_WAIT, 7, 60.0)),
    (Rung(0, 10, None, Climb.NO_STAFF), Rung(60, 5), Rung(0, 0, 2, Climb.NO_STAFF, 3, 9.0)),
])  # fmt: skip
def test_two_steps_of_one_moment_are_one(ladder: tuple[Rung, ...]) -> None:
    [problem] = routing_problems(Routing(ladder=ladder))
    assert problem[:2] == ("routing.ladder.2.cause", "same_step")
    assert (problem[3:], "step 1" in problem[2]) == (("1",), True)


@pytest.mark.parametrize("other", [
    Rung(30, 0, 2, Climb.DEPTH, 8),
    Rung(0, 0, 2, Climb.DEPTH, 9),
    Rung(0, 0, 2, Climb.NO_STAFF),
])  # fmt: skip
def test_another_limit_or_time_is_another_step(other: Rung) -> None:
    assert codes(Routing(ladder=(Rung(0, 10, None, Climb.DEPTH, 8), other))) == []


@pytest.mark.parametrize(("skills", "problem"), [
    ({"english": 0}, ("skills.english", "out_of_range")),
    ({"english": 11}, ("skills.english", "out_of_range")),
    ({"": 1}, ("skills.", "missing")),
    ({str(number): 1 for number in range(51)}, ("skills", "too_many")),
])  # fmt: skip
def test_what_nobody_can(skills: dict[str, int], problem: tuple[str, str]) -> None:
    assert problem in [(path, code) for path, code, *_ in skill_problems(skills)]
    assert list(skill_problems({"english": 3, "中文": 10})) == []
