"""Whether and how a number that a person gave may be dialed."""

from agent_ui.errors import ApiError
from crm_core.domain.dial_policy import DialPolicy, dial_string, refusal
from crm_core.domain.phone import normalise


def diallable(number: str) -> str:
    """Return what goes to the trunk; ApiError with the policy's reason as its code."""
    phone = normalise(number)
    why = refusal(phone, DialPolicy())
    if why is not None:
        raise ApiError(422, why.value, "This number may not be dialed.")
    return dial_string(phone)
