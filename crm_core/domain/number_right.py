"""Who may see whole telephone numbers: by role, unless it is said otherwise for one person."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

SETTING = "number_rights"


class NumberRight(StrEnum):
    """`REVEAL`: masked, but one at a time may be asked for, with a reason and up to a daily cap."""

    SEE = "see"
    REVEAL = "reveal"
    MASKED = "masked"


# An agent who leaves takes no list of customers along; a supervisor looks after complaints and call-backs.
OF_ROLE = {"agent": NumberRight.REVEAL, "supervisor": NumberRight.SEE, "admin": NumberRight.SEE}
REVEALS_PER_DAY = 20
LEAST_LETTERS = 4


def right_of(role: str, own: str, stored: Mapping[str, Any] | None) -> NumberRight:
    """Decide for one person; `own` is what is set for them ("" follows the role). What is not known is masked."""
    by_role = {**OF_ROLE, **(stored or {})}
    try:
        return NumberRight(own or by_role.get(role, NumberRight.MASKED))
    except ValueError:
        return NumberRight.MASKED


def says_why(reason: str) -> bool:
    """Whether a reason is worth reading in the audit log: four letters, or two Chinese characters, not all the same."""
    letters = [char for char in reason if char.isalpha()]
    return len(set(letters)) > 1 and sum(2 if _is_han(char) else 1 for char in letters) >= LEAST_LETTERS


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff"


def reveals_per_day(stored: Mapping[str, Any] | None) -> int:
    """How many numbers one person may ask for in a day."""
    value = (stored or {}).get("reveals_per_day", REVEALS_PER_DAY)
    return value if isinstance(value, int) and value >= 0 else REVEALS_PER_DAY
