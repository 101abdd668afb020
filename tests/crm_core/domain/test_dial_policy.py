"""Which numbers may be dialed, by whom, and as what."""

import pytest

from crm_core.domain.caller_id import CallerId, CallerIdRule
from crm_core.domain.dial_policy import (
    EMERGENCY,
    Dialed,
    DialRefusal,
    DialRules,
    RoleRules,
    Wish,
    dial_string,
    refusal,
    rules_of,
)
from crm_core.domain.phone import PhoneKind, normalise

NOTHING = DialRules({"agent": RoleRules(may_dial=False, kinds=frozenset(), blocked=("1", "+"))}, 1, 1)
USED_UP = Dialed(99, 99)


LISTED, OVERRULED = Wish(is_listed=True), Wish(is_listed=True, overrules=True)
NO_WISH = Wish()


def said(
    typed: str, rules: DialRules, role: str = "agent", dialed: Dialed | None = None, wish: Wish = NO_WISH
) -> DialRefusal | None:
    return refusal(normalise(typed), rules, role, dialed or Dialed(), wish)


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
    assert said(typed, DialRules()) is None
    assert dial_string(normalise(typed)) == dialed


@pytest.mark.parametrize("typed", ["", "anonymous", "Bob", "13", "99999999999999999999"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert said(typed, DialRules()) is DialRefusal.NOT_A_NUMBER


@pytest.mark.parametrize(
    "typed", ["110", "119", "120", "122", "112", "+86110", "0755110", "0755 119", " 1 1 0 ", "911", "999"]
)
def test_emergency_lines_are_always_dialed_however_they_are_spelled(typed: str) -> None:
    assert dial_string(normalise(typed)) in EMERGENCY
    assert said(typed, NOTHING, dialed=USED_UP) is None
    assert said(typed, NOTHING, wish=LISTED) is None


def test_who_may_not_dial_is_told_so_first() -> None:
    assert said("13800138000", NOTHING, dialed=USED_UP) is DialRefusal.NO_RIGHT
    assert said("13800138000", NOTHING, "supervisor") is None, "a role that nobody set up has the usual rules"


@pytest.mark.parametrize("prefix", ["+861380", "1380", "0755", "+4420", "0044", "00", "955"])
def test_a_prefix_is_blocked_in_every_spelling(prefix: str) -> None:
    rules = DialRules({"agent": RoleRules(blocked=(prefix,), allowed=(prefix,))})
    numbers = ["13800138000", "0755-88886666", "+44 20 7946 0958", "95588"]
    found = [said(number, rules) for number in numbers]
    assert found.count(DialRefusal.BLOCKED) == 1
    assert found.count(DialRefusal.PREFIX_NOT_ALLOWED) == 3


def test_only_what_is_allowed_where_something_is() -> None:
    rules = DialRules({"agent": RoleRules(allowed=("0755", "+852"))})
    assert said("0755-88886666", rules) is None
    assert said("13800138000", rules) is DialRefusal.PREFIX_NOT_ALLOWED


def test_a_role_may_be_kept_from_kinds_of_numbers() -> None:
    rules = DialRules({"agent": RoleRules(kinds=frozenset({PhoneKind.MOBILE, PhoneKind.FIXED}))})
    assert said("13800138000", rules) is None
    assert said("+16502530000", rules) is DialRefusal.KIND_NOT_ALLOWED


@pytest.mark.parametrize(
    ("dialed", "expected"),
    [
        (Dialed(2, 1), None),
        (Dialed(3, 1), DialRefusal.AGENT_CAP),
        (Dialed(2, 2), DialRefusal.NUMBER_CAP),
        (Dialed(3, 2), DialRefusal.AGENT_CAP),
    ],
)
def test_caps(dialed: Dialed, expected: DialRefusal | None) -> None:
    rules = DialRules(per_agent_hour=3, per_number_day=2)
    assert said("13800138000", rules, dialed=dialed) is expected
    assert said("13800138000", DialRules(), dialed=dialed) is None, "no cap is none"


@pytest.mark.parametrize(
    ("may_overrule", "wish", "expected"),
    [
        (False, NO_WISH, None),
        (False, LISTED, DialRefusal.DO_NOT_CALL),
        (False, OVERRULED, DialRefusal.DO_NOT_CALL),
        (True, LISTED, DialRefusal.DO_NOT_CALL_UNLESS),
        (True, OVERRULED, None),
    ],
)
def test_who_must_not_be_called(may_overrule: bool, wish: Wish, expected: DialRefusal | None) -> None:
    rules = DialRules({"agent": RoleRules(may_overrule=may_overrule)})
    assert said("13800138000", rules, wish=wish) is expected


def test_overruling_the_list_overrules_nothing_else() -> None:
    rules = DialRules({"agent": RoleRules(may_overrule=True, blocked=("139",))}, per_agent_hour=1)
    assert said("13900139000", rules, wish=OVERRULED) is DialRefusal.BLOCKED
    assert said("13800138000", rules, dialed=Dialed(1), wish=OVERRULED) is DialRefusal.AGENT_CAP
    assert said("13800138000", rules, dialed=Dialed(1), wish=LISTED) is DialRefusal.DO_NOT_CALL_UNLESS


def test_who_may_overrule_the_list_is_named() -> None:
    boss, mute = RoleRules(may_overrule=True), RoleRules(may_overrule=True, may_dial=False)
    assert DialRules().overruled_by() == ()
    assert DialRules({"admin": boss, "supervisor": boss, "agent": mute}).overruled_by() == ("supervisor", "admin")


def test_what_is_stored_is_read_again() -> None:
    assert rules_of(None) == DialRules()
    own = {
        "may_dial": False,
        "kinds": ["mobile"],
        "allowed": ["0755"],
        "blocked": ["+44"],
        "shown_as": "4001",
        "withheld": True,
    }
    rules = rules_of({"agent": own, "per_agent_hour": 5})
    assert rules.of("agent") == RoleRules(False, frozenset({PhoneKind.MOBILE}), ("0755",), ("+44",), "4001", True)
    assert rules_of({"agent": {**own, "may_overrule": True}}).of("agent").may_overrule
    assert (rules.per_agent_hour, rules.per_number_day, rules.of("admin")) == (5, 0, RoleRules())
    rule = {"user_id": None, "queue_id": 3, "shown_as": "4001", "withheld": False}
    numbers = rules_of({"own_numbers": ["4001"], "caller_ids": [rule]})
    assert numbers.own_numbers == ("4001",)
    assert numbers.caller_ids == (CallerIdRule(CallerId("4001"), None, 3),)
