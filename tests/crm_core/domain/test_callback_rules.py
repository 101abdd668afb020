"""The rules of callbacks, as they are stored."""

from dataclasses import replace

import pytest

from crm_core.domain.callback_rules import document_of, rule_problems, rules_of
from cti.domain.callback_values import CallbackRules

RULES = CallbackRules(offered=True, after_s=30.0, key="5", agent_first=False)


def test_what_is_written_is_read() -> None:
    assert rules_of(document_of(RULES)) == RULES


def test_nothing_written_is_a_new_line_and_other_words_are_passed_over() -> None:
    assert rules_of({}) == CallbackRules()
    assert rules_of({"offered": True, "colour": "red"}) == CallbackRules(offered=True)


def test_sense_has_no_problem() -> None:
    assert list(rule_problems(RULES)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("after_s", -1.0),
        ("above_expected_s", 90_000.0),
        ("attempts", 0),
        ("attempts", 11),
        ("retry_s", 5.0),
        ("expires_s", 10.0),
        ("key", "#"),
        ("key", ""),
    ],
)
def test_nonsense_is_named(field: str, value: object) -> None:
    problems = list(rule_problems(replace(RULES, **{field: value})))  # type: ignore[arg-type]
    assert [path for path, _, _ in problems] == [f"callbacks.{field}"]
