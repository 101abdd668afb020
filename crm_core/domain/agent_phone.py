"""The telephone that an agent works with: as it is stored, and what makes no sense."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm_core.domain.dial_policy import Dialed, DialRules, Wish, is_emergency, refusal
from crm_core.domain.phone import normalise
from cti.domain.values import Phone, PhoneKind

Problem = tuple[str, str, str]


def agent_phone_of(document: Mapping[str, Any]) -> Phone:
    """Read what `document_of` wrote; who never chose talks in the page, which rings for each call."""
    plain = Phone()
    return Phone(
        PhoneKind(document.get("kind", plain.kind)),
        document.get("number", plain.number),
        document.get("persistent", plain.persistent),
        document.get("beep", plain.beep),
        document.get("confirm", plain.confirm),
    )


def document_of(phone: Phone) -> dict[str, Any]:
    """Write it as JSON."""
    return {
        "kind": phone.kind.value,
        "number": phone.number,
        "persistent": phone.persistent,
        "beep": phone.beep,
        "confirm": phone.confirm,
    }


def phone_refusal(phone: Phone, rules: DialRules, role: str) -> str:
    """Return why the policy does not let this phone be called, "" if it does: rules and roles change meanwhile."""
    if phone.kind is not PhoneKind.OUTSIDE:
        return ""
    number = normalise(phone.number)
    if is_emergency(number):
        return "emergency_number"
    why = refusal(number, rules, role, Dialed(), Wish())
    return "" if why is None else why.value


def checked_phone(phone: Phone, rules: DialRules, role: str) -> tuple[Phone, Problem | None]:
    """Return it with its number as it is called (E.164), and what is wrong with it for somebody of this role.

    No cap and no do-not-call list is asked: those are of calls to customers. Here alone emergency lines are refused:
    they would be called with every customer.
    """
    if phone.kind is not PhoneKind.OUTSIDE:
        return replace(phone, number=""), None
    why = phone_refusal(phone, rules, role)
    if why:
        return phone, ("number", why, "is not a number that may be called")
    number = normalise(phone.number)
    if number.e164 is None:
        return phone, ("number", "area_missing", "is not a whole number with its area")
    return replace(phone, number=number.e164), None
