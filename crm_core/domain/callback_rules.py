"""When callers may be called back instead of waiting: as it is stored, and what makes no sense."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from cti.domain.callback_values import CallbackRules

LONGEST_S, MOST_ATTEMPTS, SOONEST_RETRY_S, SHORTEST_LIFE_S, LONGEST_LIFE_S = 86_400.0, 10, 30.0, 300.0, 7 * 86_400.0
KEYS = frozenset("0123456789")

Problem = tuple[str, str, str]


def rules_of(document: Mapping[str, Any]) -> CallbackRules:
    """Read what `document_of` wrote; what is not in it is as it is in a new line."""
    names = {field.name for field in fields(CallbackRules)}
    return CallbackRules(**{name: value for name, value in document.items() if name in names})


def document_of(rules: CallbackRules) -> dict[str, Any]:
    """Write it as JSON."""
    return asdict(rules)


def rule_problems(rules: CallbackRules) -> Iterator[Problem]:
    """Give field, code and sentence of each thing that cannot be."""
    limits = (
        ("after_s", rules.after_s, 0, LONGEST_S),
        ("above_expected_s", rules.above_expected_s, 0, LONGEST_S),
        ("attempts", rules.attempts, 1, MOST_ATTEMPTS),
        ("retry_s", rules.retry_s, SOONEST_RETRY_S, LONGEST_S),
        ("expires_s", rules.expires_s, SHORTEST_LIFE_S, LONGEST_LIFE_S),
    )
    for field, value, least, most in limits:
        if not least <= value <= most:
            yield f"callbacks.{field}", "out_of_range", f"must be from {least:g} to {most:g}"
    if rules.key not in KEYS:
        yield "callbacks.key", "unknown_choice", "must be a digit"
