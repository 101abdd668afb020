"""Which numbers may be dialed, and as what."""

import pytest

from crm_core.domain.dial_policy import EMERGENCY, DialPolicy, DialRefusal, dial_string, refusal
from crm_core.domain.phone import PhoneKind, normalise


@pytest.mark.parametrize(
    ("typed", "dialed"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("0755-8888 6666", "+8675588886666"),
        ("95588", "95588"),
        ("400 800 1234", "+864008001234"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_what_may_be_dialed_goes_to_the_trunk_in_one_spelling(typed: str, dialed: str) -> None:
    phone = normalise(typed)
    assert refusal(phone, DialPolicy()) is None
    assert dial_string(phone) == dialed


@pytest.mark.parametrize("typed", ["", "anonymous", "Bob", "13", "99999999999999999999"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert refusal(normalise(typed), DialPolicy()) is DialRefusal.NOT_A_NUMBER


@pytest.mark.parametrize("typed", ["110", "119", "120", "122", "112", "+86110", "0755110", "0755 119", " 1 1 0 "])
def test_emergency_lines_are_never_dialed_however_they_are_spelled(typed: str) -> None:
    everything = DialPolicy(frozenset(PhoneKind))
    assert refusal(normalise(typed), everything) is DialRefusal.EMERGENCY


@pytest.mark.parametrize("number", sorted(EMERGENCY))
def test_no_emergency_line_slips_through(number: str) -> None:
    assert refusal(normalise(number), DialPolicy(frozenset(PhoneKind))) is not None


def test_a_role_may_be_kept_from_kinds_of_numbers() -> None:
    policy = DialPolicy(frozenset({PhoneKind.MOBILE, PhoneKind.FIXED}))
    assert refusal(normalise("13800138000"), policy) is None
    assert refusal(normalise("+16502530000"), policy) is DialRefusal.KIND_NOT_ALLOWED
