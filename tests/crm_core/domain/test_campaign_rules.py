"""The rules of campaigns, as they are stored."""

import json
from dataclasses import replace
from typing import Any

import pytest

from crm_core.domain.campaign_rules import (
    DEFAULT_RETRIES,
    MOST_RULES,
    MOST_SHOWN,
    VERDICTS,
    CampaignDisposition,
    CampaignRules,
    KeyRule,
    MachinesRule,
    NoAgentRule,
    RetryRule,
    document_of,
    rule_problems,
    rules_of,
)

RULES = CampaignRules(
    ring_s=30.0,
    abandonment_limit_ratio=0.02,
    shown_as=("+862112345678", "+862112345679"),
    retries=(RetryRule(("busy", "no_answer"), (60.0, 600.0), 3, "same", 2),),
    order="random",
    no_agent=NoAgentRule("hang_up", "sorry"),
    machines=MachinesRule("message", "please_call"),
    shown_by="nearest",
    shown_per_hour=20,
    shown_per_day=100,
    hours=((("09:00", "12:00"), ("13:00", "24:00")), (), (), (), (), (("10:00", "16:00"),), ()),
)


def test_what_is_written_is_read() -> None:
    assert rules_of(json.loads(json.dumps(document_of(RULES)))) == RULES
    assert rules_of(document_of(CampaignRules())) == CampaignRules()


def test_nothing_written_is_a_new_campaign_and_other_words_are_passed_over() -> None:
    assert rules_of({}) == CampaignRules()
    assert rules_of({"ratio": 2.0, "colour": "red"}) == CampaignRules(ratio=2.0)


def test_sense_has_no_problem() -> None:
    assert list(rule_problems(RULES)) == []
    assert list(rule_problems(CampaignRules())) == []


def test_a_new_campaign_has_a_rule_for_whatever_is_not_the_end() -> None:
    named = {verdict for rule in DEFAULT_RETRIES for verdict in rule.verdicts}
    assert VERDICTS - named == {"human", "barred"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ring_s", 14.0),
        ("lines_max", 0),
        ("lines_per_agent_max", 0.5),
        ("ratio", 0.9),
        ("ratio", float("nan")),
        ("abandonment_limit_ratio", 1.5),
        ("attempts_max", 0),
        ("preview_s", 1.0),
        ("priority", 101),
        ("share", 0),
        ("order", "backwards"),
        ("shown_as", ("+862112345678",) * (MOST_SHOWN + 1)),
        ("shown_by", "whim"),
        ("shown_per_hour", 0),
        ("shown_per_day", 100_001),
        ("hours", ((),) * 7),
    ],
)
def test_nonsense_is_named(field: str, value: object) -> None:
    problems = list(rule_problems(replace(CampaignRules(), **{field: value})))  # type: ignore[arg-type]
    assert [path for path, _, _ in problems] == [f"rules.{field}"]


def test_what_happens_without_an_agent_is_one_of_two() -> None:
    (problem,) = rule_problems(CampaignRules(no_agent=NoAgentRule("dance")))
    assert problem[:2] == ("rules.no_agent.action", "unknown_choice")


def test_a_machine_is_told_of_hung_up_on_or_left_a_message_that_is_there() -> None:
    (problem,) = rule_problems(CampaignRules(machines=MachinesRule("dance")))
    assert problem[:2] == ("rules.machines.action", "unknown_choice")
    (problem,) = rule_problems(CampaignRules(machines=MachinesRule("message")))
    assert problem[:2] == ("rules.machines.prompt", "missing")
    assert CampaignRules().machines.action == "connect", "a new campaign hangs up on nobody"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"verdicts": ()}, "verdicts"),
        ({"verdicts": ("bored",)}, "verdicts"),
        ({"after_s": ()}, "after_s"),
        ({"after_s": (1.0,)}, "after_s"),
        ({"attempts_max": 0}, "attempts_max"),
        ({"which": "best"}, "which"),
        ({"kills_number_after": 1}, "kills_number_after"),
    ],
)
def test_a_rule_without_sense_is_named(changed: dict[str, Any], field: str) -> None:
    rules = CampaignRules(retries=(RetryRule(("fax",), (60.0,), 1), replace(RULES.retries[0], **changed)))
    assert [path for path, _, _ in rule_problems(rules)] == [f"rules.retries.1.{field}"]


def test_an_outcome_has_one_rule_and_rules_are_few() -> None:
    busy = RetryRule(("busy",), (60.0,), 1)
    (problem,) = rule_problems(CampaignRules(retries=(busy, busy)))
    assert problem[:2] == ("rules.retries.1.verdicts", "duplicate")
    assert ("rules.retries", "too_many") in {
        problem[:2] for problem in rule_problems(CampaignRules(retries=(busy,) * (MOST_RULES + 1)))
    }


def test_what_a_disposition_and_a_key_mean() -> None:
    rules = CampaignRules(
        dispositions=(CampaignDisposition("sold", "success"), CampaignDisposition("talked")),
        goal=5,
        keys=(KeyRule("2", "later"), KeyRule("9", "remove")),
    )
    assert rules_of(document_of(rules)) == rules
    assert list(rule_problems(rules)) == []
    assert [rules.meaning_of(code) for code in ("sold", "talked", "other")] == ["success", "", ""]


def test_every_campaign_has_a_word_for_machines() -> None:
    assert CampaignRules().meaning_of("answering_machine") == "not_a_person"
    own = CampaignRules(dispositions=(CampaignDisposition("answering_machine"),))
    assert own.meaning_of("answering_machine") == "", "it may mean something else in one"


def test_meanings_without_sense_are_named() -> None:
    sold = CampaignDisposition("sold", "success")
    rules = CampaignRules(dispositions=(sold, sold, CampaignDisposition("odd", "dance")), goal=0)
    found = [path for path, _, _ in rule_problems(rules)]
    assert found == ["rules.dispositions.2.means", "rules.dispositions", "rules.goal"]
    many = tuple(CampaignDisposition(f"c{place}") for place in range(MOST_RULES + 1))
    assert [problem[:2] for problem in rule_problems(CampaignRules(dispositions=many))] == [
        ("rules.dispositions", "too_many")
    ]
    keys = (KeyRule("2", "later"), KeyRule("2", "dance"), KeyRule("x", "later"))
    found = [path for path, _, _ in rule_problems(CampaignRules(keys=keys))]
    assert found == ["rules.keys.1.means", "rules.keys.2.key", "rules.keys"]
