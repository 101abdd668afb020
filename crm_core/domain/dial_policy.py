"""Which numbers may be dialed, by whom: the one decision for calls that agents make, consulting, transfer, conference.

Emergency lines are always dialed: nobody may stand between a person and help, whatever the rules say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm_core.domain.caller_id import CallerId, CallerIdRule
from crm_core.domain.phone import Phone, PhoneKind, search_digits

SETTING = "dial_rules"
ROLES = ("agent", "supervisor", "admin")
# Lines of police, fire and ambulance, by country (ITU-T E.129 national plans; 112 and 911 in many mobile networks).
EMERGENCY_OF = {
    "CN": frozenset({"110", "119", "120", "122"}),
    "HK": frozenset({"999"}),
    "EU": frozenset({"112"}),
    "US": frozenset({"911"}),
}
EMERGENCY = frozenset().union(*EMERGENCY_OF.values())
DIALABLE = (PhoneKind.MOBILE, PhoneKind.FIXED, PhoneKind.SERVICE, PhoneKind.SHORT, PhoneKind.FOREIGN)


class DialRefusal(StrEnum):
    """Why a number is not dialed; the screen has a sentence for each.

    DO_NOT_CALL_UNLESS is for who may overrule the list, and has not said why.
    """

    NOT_A_NUMBER = "not_a_number"
    NO_RIGHT = "dial_not_allowed"
    BLOCKED = "number_blocked"
    KIND_NOT_ALLOWED = "kind_not_allowed"
    PREFIX_NOT_ALLOWED = "prefix_not_allowed"
    DO_NOT_CALL = "do_not_call"
    DO_NOT_CALL_UNLESS = "do_not_call_unless"
    AGENT_CAP = "dial_cap_agent"
    NUMBER_CAP = "dial_cap_number"


@dataclass(frozen=True, slots=True)
class RoleRules:
    """What one role may dial; `blocked` wins over `allowed`, which is everything while it is empty.

    `shown_as` is the number of ours that is offered as the caller's, "" the trunk's own; `withheld`: none is shown.
    `may_overrule`: with a reason they may dial who must not be called.
    """

    may_dial: bool = True
    kinds: frozenset[PhoneKind] = frozenset(DIALABLE)
    allowed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    shown_as: str = ""
    withheld: bool = False
    may_overrule: bool = False


@dataclass(frozen=True, slots=True)
class DialRules:
    """All rules; the caps are of calls that agents dial, 0: none.

    `own_numbers` are ours beside those that callers dial; only those may be shown.
    """

    roles: Mapping[str, RoleRules] = field(default_factory=dict)
    per_agent_hour: int = 0
    per_number_day: int = 0
    own_numbers: tuple[str, ...] = ()
    caller_ids: tuple[CallerIdRule, ...] = ()

    def of(self, role: str) -> RoleRules:
        """Return the rules of a role; one that nobody set up has the usual ones."""
        return self.roles.get(role, RoleRules())

    def overruled_by(self) -> tuple[str, ...]:
        """Name the roles that may dial who must not be called."""
        return tuple(role for role in ROLES if self.of(role).may_overrule and self.of(role).may_dial)


@dataclass(frozen=True, slots=True)
class Dialed:
    """What was dialed already: by this agent in the last hour, and this number by anybody today."""

    by_agent: int = 0
    to_number: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """`is_listed`: the number, or the customer whose it is, must not be called; `overrules`: a reason is given."""

    is_listed: bool = False
    overrules: bool = False


def refusal(phone: Phone, rules: DialRules, role: str, dialed: Dialed, wish: Wish) -> DialRefusal | None:
    """Return why it may not be dialed, None if it may; the reason that no cap and no list could change comes first."""
    if is_emergency(phone):
        return None
    if phone.key is None or phone.kind in (PhoneKind.UNKNOWN, PhoneKind.WITHHELD):
        return DialRefusal.NOT_A_NUMBER
    return _by_rules(phone, rules.of(role)) or _by_list(rules.of(role), wish) or _by_caps(rules, dialed)


def _by_rules(phone: Phone, own: RoleRules) -> DialRefusal | None:
    if not own.may_dial:
        return DialRefusal.NO_RIGHT
    if _begins(phone, own.blocked):
        return DialRefusal.BLOCKED
    if phone.kind not in own.kinds:
        return DialRefusal.KIND_NOT_ALLOWED
    return DialRefusal.PREFIX_NOT_ALLOWED if own.allowed and not _begins(phone, own.allowed) else None


def _by_list(own: RoleRules, wish: Wish) -> DialRefusal | None:
    if not wish.is_listed:
        return None
    if not own.may_overrule:
        return DialRefusal.DO_NOT_CALL
    return None if wish.overrules else DialRefusal.DO_NOT_CALL_UNLESS


def _by_caps(rules: DialRules, dialed: Dialed) -> DialRefusal | None:
    if 0 < rules.per_agent_hour <= dialed.by_agent:
        return DialRefusal.AGENT_CAP
    return DialRefusal.NUMBER_CAP if 0 < rules.per_number_day <= dialed.to_number else None


def _begins(phone: Phone, prefixes: tuple[str, ...]) -> bool:
    """As it is dialed ("+44") or as people write it at home ("0898", and "0044" for one abroad)."""
    spellings = [dial_string(phone), search_digits(phone.key or "")]
    if phone.kind is PhoneKind.FOREIGN:
        spellings.append(f"00{spellings[1]}")
    return any(spelling.startswith(prefix) for spelling in spellings for prefix in prefixes)


def dial_string(phone: Phone) -> str:
    """Return what is sent to the trunk: E.164, or the digits of a short number."""
    return phone.e164 or (phone.key or "").partition(":")[2]


def is_emergency(phone: Phone) -> bool:
    """Whether it is a line of police, fire or ambulance, which no rule stands before."""
    return dial_string(phone) in EMERGENCY


def rules_of(stored: Mapping[str, Any] | None) -> DialRules:
    """Read what an administrator set up."""
    if stored is None:
        return DialRules()
    roles = {role: _role(stored[role]) for role in ROLES if role in stored}
    return DialRules(
        roles,
        int(stored.get("per_agent_hour", 0)),
        int(stored.get("per_number_day", 0)),
        tuple(stored.get("own_numbers", ())),
        tuple(_caller_id(rule) for rule in stored.get("caller_ids", ())),
    )


def _caller_id(stored: Mapping[str, Any]) -> CallerIdRule:
    return CallerIdRule(CallerId(stored["shown_as"], stored["withheld"]), stored["user_id"], stored["queue_id"])


def _role(stored: Mapping[str, Any]) -> RoleRules:
    return RoleRules(
        bool(stored["may_dial"]),
        frozenset(PhoneKind(kind) for kind in stored["kinds"]),
        tuple(stored["allowed"]),
        tuple(stored["blocked"]),
        str(stored["shown_as"]),
        bool(stored["withheld"]),
        bool(stored.get("may_overrule", False)),
    )
