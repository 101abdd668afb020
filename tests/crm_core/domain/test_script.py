from typing import Any

import pytest

from crm_core.domain.script import (
    LONGEST_PATH,
    MOST_CHOICES,
    MOST_STEPS,
    Piece,
    fill,
    follows,
    rank,
    script_problems,
    text_of,
)


def step(text: str = "Hello", *leads: str, title: str = "Title") -> dict[str, Any]:
    return {"title": title, "text": text, "choices": [{"label": f"to {one}", "to": one} for one in leads]}


GOOD: dict[str, Any] = {
    "start": "hello",
    "steps": {"hello": step("Hello {{customer.name}}", "offer", "bye"), "offer": step("Offer", "bye"), "bye": step()},
}


def test_places_are_filled_and_what_is_missing_is_a_gap() -> None:
    values = {"customer.name": "张伟", "customer.company": " "}
    filled = fill("您好，{{ customer.name }}（{{customer.company}}）{{customer.name}}!", values)
    assert filled == (
        Piece("您好，"),
        Piece("张伟"),
        Piece("（"),
        Piece("", "customer.company"),
        Piece("）"),
        Piece("张伟"),
        Piece("!"),
    )
    assert fill("", values) == ()
    assert fill("plain { } {{}", values) == (Piece("plain { } {{}"),)


@pytest.mark.parametrize(
    "name", ["<b>x</b>", "{{customer.company}}", "{{agent.name}}", "${7*7}", "{{7*7}}", "__class__"]
)
def test_what_is_filled_in_is_never_looked_at_again(name: str) -> None:
    values = {"customer.name": name, "customer.company": "secret", "agent.name": "secret"}
    assert fill("{{customer.name}}", values) == (Piece(name),)


def test_an_unknown_place_is_a_gap_too() -> None:
    assert fill("{{customer.__class__}}", {"customer.name": "x"}) == (Piece("", "customer.__class__"),)


def problems(**changes: Any) -> set[tuple[str, str]]:
    return {(path, code) for path, code, _ in script_problems({**GOOD, **changes})}


def test_a_good_script_has_no_problem() -> None:
    assert problems() == set()


def test_each_fault_is_named() -> None:
    assert problems(steps={}) == {("body.steps", "too_many"), ("body.start", "unknown_step")}
    assert problems(start="none") == {("body.start", "unknown_step")}
    many = {f"s{number}": step() for number in range(MOST_STEPS + 1)}
    assert problems(start="s0", steps=many) == {("body.steps", "too_many")}

    def of(one: dict[str, Any], name: str = "hello") -> set[tuple[str, str]]:
        return {(path.removeprefix("body.steps."), code) for path, code in problems(start=name, steps={name: one})}

    assert of(step(), "Bad name") == {("Bad name", "bad_code")}
    assert of(step(" ")) == {("hello.text", "missing")}
    assert of(step(title="")) == {("hello.title", "missing")}
    assert of(step("x" * 4001)) == {("hello.text", "too_long")}
    assert of(step("{{customer.nmae}}")) == {("hello.text", "unknown_place")}
    assert of(step("x", "none")) == {("hello.choices.0.to", "unknown_step")}
    assert of(step("x", *["hello"] * (MOST_CHOICES + 1))) == {("hello.choices", "too_many")}
    unnamed = {**step(), "choices": [{"label": " ", "to": "hello"}]}
    assert of(unnamed) == {("hello.choices.0.label", "missing")}
    assert of({**step(), "choices": [{"label": "x" * 101, "to": "hello"}]}) == {("hello.choices.0.label", "missing")}


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        (["hello"], True),
        (["hello", "offer", "bye"], True),
        (["hello", "bye"], True),
        (["hello", "offer", "hello", "bye"], True),  # a step back, and another way
        ([], False),
        (["offer"], False),
        (["hello", "none"], False),
        (["hello", "bye", "offer"], False),
        (["hello", *["hello"] * LONGEST_PATH], False),
    ],
)
def test_a_way_leads_through_the_choices(path: list[str], fits: bool) -> None:
    assert follows(GOOD, path) is fits


def test_the_campaigns_own_script_comes_first_then_the_queues_then_the_language() -> None:
    def of(queues: list[int], language: str, campaigns: tuple[int, ...] = ()) -> tuple[int, int] | None:
        script = {"queue_ids": queues, "campaign_ids": list(campaigns), "language": language}
        return rank(script, 1, 5, "zh")

    assert of([2], "zh") is None
    assert of([], "zh", (6,)) is None
    assert of([1], "zh", (6,)) is not None, "its queue or its campaign"
    nobodys = {"queue_ids": [2], "campaign_ids": [6], "language": "zh"}
    assert rank(nobodys, None, None, "zh") is None
    order = [of([], "en"), of([], "zh"), of([1], "en"), of([1, 2], "zh"), of([2], "en", (5,)), of([], "zh", (5, 6))]
    assert order == sorted(order, key=lambda one: one or (0, 0))
    assert len(set(order)) == 6


@pytest.mark.parametrize(("place", "is_known"), [("lead.policy no", True), ("lead.", False), ("leads.name", False)])
def test_a_column_of_the_list_may_be_read_out(place: str, is_known: bool) -> None:
    body = {"start": "a", "steps": {"a": step("{{" + place + "}}")}}
    assert bool(list(script_problems(body))) is not is_known


def test_a_script_is_written_down_with_the_first_step_first() -> None:
    body = {"start": "b", "steps": {"a": step("End", title="Last"), "b": step("Hello\nyou", "a", title="First")}}
    assert text_of("Sales", body) == "Sales\n\n[First]\nHello\nyou\n→ to a: Last\n\n[Last]\nEnd"
