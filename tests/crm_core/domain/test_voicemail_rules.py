import json

import pytest

from crm_core.domain.voicemail_rules import (
    MOST_ADDRESSES,
    VoicemailRules,
    are_addresses,
    document_of,
    rule_problems,
    rules_of,
)

FULL = VoicemailRules(("a@example.org", "b@example.org"), "en", attach=True, whole_number=True)


def test_what_was_written_is_read() -> None:
    for rules in (FULL, VoicemailRules()):
        assert rules_of(json.loads(json.dumps(document_of(rules)))) == rules
        assert list(rule_problems(rules)) == []
    assert rules_of({}) == VoicemailRules(), "a queue of before"
    assert rules_of({"addresses": [" a@example.org "]}).addresses == ("a@example.org",)


@pytest.mark.parametrize(("rules", "field", "code"), [
    (VoicemailRules(("nobody",)), "addresses", "bad_address"),
    (VoicemailRules(("a@b\r\nBcc: c@d",)), "addresses", "bad_address"),
    (VoicemailRules(("a@example.org",) * 21), "addresses", "too_many"),
    (VoicemailRules(language="fr"), "language", "unknown_choice"),
])  # fmt: skip
def test_what_makes_no_sense_is_named(rules: VoicemailRules, field: str, code: str) -> None:
    assert (f"voicemail_mail.{field}", code) in [(path, found) for path, found, _ in rule_problems(rules)]


def test_addresses_of_the_house_are_checked_like_those_of_a_queue() -> None:
    assert are_addresses(())
    assert are_addresses(["desk@example.org"] * MOST_ADDRESSES)
    assert not are_addresses(["desk@example.org"] * (MOST_ADDRESSES + 1))
    assert not are_addresses(["desk@example.org", "desk"])
    assert not are_addresses(["desk@example.org\nBcc: x@example.org"])
