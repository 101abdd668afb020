import pytest

from crm_core.domain.agent_phone import agent_phone_of, checked_phone, document_of, phone_refusal
from crm_core.domain.dial_policy import DialRules, RoleRules
from cti.domain.values import Phone, PhoneKind

RULES = DialRules({"agent": RoleRules(blocked=("138",))}, per_agent_hour=1, per_number_day=1)


@pytest.mark.parametrize(
    "phone",
    [
        Phone(),
        Phone(PhoneKind.SIP, persistent=True),
        Phone(PhoneKind.OUTSIDE, "+8613911112222", beep=False, confirm=False),
    ],
)
def test_what_is_written_is_read_again(phone: Phone) -> None:
    assert agent_phone_of(document_of(phone)) == phone


def test_who_never_chose_talks_in_the_page() -> None:
    assert agent_phone_of({}) == Phone(PhoneKind.BROWSER, "", persistent=False, beep=True)


@pytest.mark.parametrize("raw", ["139 1111 2222", "+86 139-1111-2222", "013911112222"])
def test_a_number_outside_is_kept_as_it_is_called(raw: str) -> None:
    assert checked_phone(Phone(PhoneKind.OUTSIDE, raw), RULES, "agent") == (
        Phone(PhoneKind.OUTSIDE, "+8613911112222"),
        None,
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "not_a_number"),
        ("110", "emergency_number"),
        ("abc", "not_a_number"),
        ("95588", "area_missing"),
        ("13800138000", "number_blocked"),
    ],
)
def test_what_cannot_be_an_agents_phone_says_why(raw: str, code: str) -> None:
    _, problem = checked_phone(Phone(PhoneKind.OUTSIDE, raw), RULES, "agent")
    assert problem is not None
    assert problem[:2] == ("number", code)


def test_a_phone_that_is_none_outside_has_no_number() -> None:
    assert checked_phone(Phone(PhoneKind.SIP, "13911112222", persistent=True), RULES, "agent") == (
        Phone(PhoneKind.SIP, persistent=True),
        None,
    )


def test_the_rules_are_those_of_the_persons_role() -> None:
    phone = Phone(PhoneKind.OUTSIDE, "13800138000")
    assert checked_phone(phone, RULES, "supervisor") == (Phone(PhoneKind.OUTSIDE, "+8613800138000"), None)


@pytest.mark.parametrize(
    ("phone", "role", "why"),
    [
        (Phone(PhoneKind.OUTSIDE, "+8613800138000"), "agent", "number_blocked"),
        (Phone(PhoneKind.OUTSIDE, "+8613800138000"), "supervisor", ""),
        (Phone(PhoneKind.OUTSIDE, "+8613911112222"), "agent", ""),
        (Phone(PhoneKind.OUTSIDE, "110"), "agent", "emergency_number"),
        (Phone(PhoneKind.SIP), "agent", ""),
    ],
)
def test_what_was_chosen_once_is_looked_at_by_the_rules_of_now(phone: Phone, role: str, why: str) -> None:
    assert phone_refusal(phone, RULES, role) == why
