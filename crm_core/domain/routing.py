"""How a line finds its agents, and what agents can: as it is stored, and what makes no sense."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from crm_core.domain.folding import fold
from cti.domain.values import Climb, Routing, Rung, SkillRule, SkillStep, Strategy

MOST_RULES, MOST_STEPS, MOST_SKILLS, MOST_LEVELS = 10, 5, 50, 20
LONGEST_NAME, HIGHEST_LEVEL, MOST_WEIGHT, MOST_PRIORITY, LONGEST_S = 40, 10, 100, 100, 3600.0
MOST_WAITING, MOST_RUNGS, LEAST_HELD_S = 10_000, 5, 1.0

Problem = tuple[str, str, str] | tuple[str, str, str, str]


def routing_of(document: Mapping[str, Any]) -> Routing:
    """Read what `document_of` wrote; what is not in it is as it is in a new line."""
    plain = Routing()
    return Routing(
        Strategy(document.get("strategy", plain.strategy)),
        document.get("weight", plain.weight),
        tuple(_rule(one) for one in document.get("skills", ())),
        document.get("preferred_s", plain.preferred_s),
        document.get("reserve_after_s", plain.reserve_after_s),
        tuple((level, priority) for level, priority in document.get("level_priorities", {}).items()),
        document.get("most_waiting", plain.most_waiting),
        document.get("most_expected_s", plain.most_expected_s),
        document.get("needs_staff", plain.needs_staff),
        tuple(_rung(one) for one in document.get("ladder", ())),
        document.get("overflow_beyond", plain.overflow_beyond),
        document.get("overflow_expected_s", plain.overflow_expected_s),
        document.get("overflow_held_s", plain.overflow_held_s),
    )


def _rung(document: Mapping[str, Any]) -> Rung:
    plain = Rung(document["after_s"])
    return Rung(
        document["after_s"],
        document.get("raise_by", plain.raise_by),
        document.get("also_queue_id"),
        Climb(document.get("cause", plain.cause)),  # ladders of before knew nothing but time
        document.get("more_than", plain.more_than),
        document.get("expected_s", plain.expected_s),
    )


def _rule(document: Mapping[str, Any]) -> SkillRule:
    steps = tuple(SkillStep(step["level"], step.get("until_s")) for step in document["steps"])
    return SkillRule(skill_name(document["skill"]), steps)


def document_of(routing: Routing) -> dict[str, Any]:
    """Write it as JSON."""
    return {
        "strategy": routing.strategy.value,
        "weight": routing.weight,
        "skills": [
            {"skill": rule.skill, "steps": [{"level": step.level, "until_s": step.until_s} for step in rule.steps]}
            for rule in routing.skills
        ],
        "preferred_s": routing.preferred_s,
        "reserve_after_s": routing.reserve_after_s,
        "level_priorities": dict(routing.level_priorities),
        "most_waiting": routing.most_waiting,
        "most_expected_s": routing.most_expected_s,
        "needs_staff": routing.needs_staff,
        "ladder": [asdict(rung) for rung in routing.ladder],
        "overflow_beyond": routing.overflow_beyond,
        "overflow_expected_s": routing.overflow_expected_s,
        "overflow_held_s": routing.overflow_held_s,
    }


def skill_name(text: str) -> str:
    """Two spellings of a name are one skill."""
    return fold(text)


def routing_problems(routing: Routing) -> Iterator[Problem]:
    """Give field, code and sentence of each thing that cannot be, and what the sentence names."""
    numbers = (
        ("weight", routing.weight, MOST_WEIGHT),
        ("preferred_s", routing.preferred_s, LONGEST_S),
        ("reserve_after_s", routing.reserve_after_s, LONGEST_S),
        ("most_waiting", routing.most_waiting, MOST_WAITING),
        ("most_expected_s", routing.most_expected_s, LONGEST_S),
        ("overflow_beyond", routing.overflow_beyond, MOST_WAITING),
        ("overflow_expected_s", routing.overflow_expected_s, LONGEST_S),
    )
    for field, value, most in numbers:
        if not 0 <= value <= most:
            yield f"routing.{field}", "out_of_range", f"must be from 0 to {most:g}"
    if not LEAST_HELD_S <= routing.overflow_held_s <= LONGEST_S:
        yield "routing.overflow_held_s", "out_of_range", f"must be from {LEAST_HELD_S:g} to {LONGEST_S:g}"
    if len(routing.skills) > MOST_RULES:
        yield "routing.skills", "too_many", f"has {len(routing.skills)} rules, at most {MOST_RULES} fit"
    names = [rule.skill for rule in routing.skills]
    for place, rule in enumerate(routing.skills):
        path = f"routing.skills.{place}"
        if rule.skill in names[:place]:
            yield f"{path}.skill", "duplicate", "is in an earlier rule"
        yield from name_problems(f"{path}.skill", rule.skill)
        yield from _step_problems(f"{path}.steps", rule.steps)
    yield from _ladder_problems(routing.ladder)
    if len(routing.level_priorities) > MOST_LEVELS:
        yield "routing.level_priorities", "too_many", f"at most {MOST_LEVELS} fit"
    for level, priority in routing.level_priorities:
        if not 0 <= priority <= MOST_PRIORITY:
            yield f"routing.level_priorities.{level}", "out_of_range", f"must be from 0 to {MOST_PRIORITY}"


def _ladder_problems(ladder: tuple[Rung, ...]) -> Iterator[Problem]:
    if len(ladder) > MOST_RUNGS:
        yield "routing.ladder", "too_many", f"has {len(ladder)} steps, at most {MOST_RUNGS} fit"
    before, moments = 0.0, [_moment(rung) for rung in ladder]
    for place, rung in enumerate(ladder):
        path, first = f"routing.ladder.{place}", moments.index(moments[place])
        if rung.cause is not Climb.TIME:
            yield from _cause_problems(path, rung)
            if first < place:
                message = f"has the cause and the limits of step {first + 1}; make them one step"
                yield f"{path}.cause", "same_step", message, str(first + 1)
        elif not before < rung.after_s <= LONGEST_S:
            yield f"{path}.after_s", "not_in_order", f"must be after the step before it, {LONGEST_S:g} at most"
        if not 0 <= rung.raise_by <= MOST_PRIORITY:
            yield f"{path}.raise_by", "out_of_range", f"must be from 0 to {MOST_PRIORITY}"
        if not rung.raise_by and rung.also_queue_id is None:
            yield f"{path}.raise_by", "missing", "this step changes nothing"
        before = rung.after_s if rung.cause is Climb.TIME else before


def _moment(rung: Rung) -> tuple[Climb, float, float]:
    """When it is taken; limits of other causes say nothing."""
    limits = {Climb.DEPTH: rung.more_than, Climb.EXPECTED_WAIT: rung.expected_s}
    return rung.cause, rung.after_s, limits.get(rung.cause, 0.0)


def _cause_problems(path: str, rung: Rung) -> Iterator[Problem]:
    if not 0 <= rung.after_s <= LONGEST_S:
        yield f"{path}.after_s", "out_of_range", f"must be from 0 to {LONGEST_S:g}"
    if rung.cause is Climb.DEPTH and not 0 < rung.more_than <= MOST_WAITING:
        yield f"{path}.more_than", "out_of_range", f"must be from 1 to {MOST_WAITING}"
    if rung.cause is Climb.EXPECTED_WAIT and not 0 < rung.expected_s <= LONGEST_S:
        yield f"{path}.expected_s", "out_of_range", f"must be more than 0, {LONGEST_S:g} at most"


def _step_problems(path: str, steps: tuple[SkillStep, ...]) -> Iterator[Problem]:
    if not 0 < len(steps) <= MOST_STEPS:
        yield path, "too_many", f"must be 1 to {MOST_STEPS} steps"
        return
    before = 0.0
    for place, step in enumerate(steps):
        if not 0 <= step.level <= HIGHEST_LEVEL:
            yield f"{path}.{place}.level", "out_of_range", f"must be from 0 to {HIGHEST_LEVEL}"
        if (step.until_s is None) is not (place == len(steps) - 1):
            yield f"{path}.{place}.until_s", "not_in_order", "every step but the last has an end"
        elif step.until_s is not None and not before < step.until_s <= LONGEST_S:
            yield f"{path}.{place}.until_s", "not_in_order", f"must be after the step before it, {LONGEST_S:g} at most"
        before = before if step.until_s is None else step.until_s


def name_problems(path: str, name: str) -> Iterator[Problem]:
    """What is wrong with a skill's name."""
    if not name.strip():
        yield path, "missing", "must not be empty"
    elif len(name) > LONGEST_NAME or not name.isprintable():
        yield path, "too_long", f"must be printable, at most {LONGEST_NAME} characters"


def skill_problems(skills: Mapping[str, int]) -> Iterator[Problem]:
    """What is wrong with what an agent can."""
    if len(skills) > MOST_SKILLS:
        yield "skills", "too_many", f"at most {MOST_SKILLS} fit"
    for name, level in skills.items():
        yield from name_problems(f"skills.{name}", name)
        if not 1 <= level <= HIGHEST_LEVEL:
            yield f"skills.{name}", "out_of_range", f"must be from 1 to {HIGHEST_LEVEL}"
