"""Which numbers may be dialed at all: the one decision for click-to-dial, transfer, conference and callback alike."""

from dataclasses import dataclass
from enum import StrEnum

from crm_core.domain.phone import Phone, PhoneKind

# Lines of police, fire and ambulance in the countries of our users (ITU-T E.129 national plans): a call center does not
# pass callers on to them, nor calls them by a slip of the finger.
EMERGENCY = frozenset({"110", "119", "120", "122", "112", "911", "999"})


class DialRefusal(StrEnum):
    """Why a number is not dialed; the screen has a sentence for each."""

    NOT_A_NUMBER = "not_a_number"
    EMERGENCY = "emergency_number"
    KIND_NOT_ALLOWED = "kind_not_allowed"


@dataclass(frozen=True, slots=True)
class DialPolicy:
    """What one role may dial."""

    kinds: frozenset[PhoneKind] = frozenset(
        {PhoneKind.MOBILE, PhoneKind.FIXED, PhoneKind.SERVICE, PhoneKind.SHORT, PhoneKind.FOREIGN}
    )


def refusal(phone: Phone, policy: DialPolicy) -> DialRefusal | None:
    """Return why it may not be dialed, None if it may."""
    if phone.key is None or phone.kind in (PhoneKind.UNKNOWN, PhoneKind.WITHHELD):
        return DialRefusal.NOT_A_NUMBER
    if dial_string(phone) in EMERGENCY:
        return DialRefusal.EMERGENCY
    return None if phone.kind in policy.kinds else DialRefusal.KIND_NOT_ALLOWED


def dial_string(phone: Phone) -> str:
    """Return what is sent to the trunk: E.164, or the digits of a short number."""
    return phone.e164 or (phone.key or "").partition(":")[2]
