"""Which number of ours is shown to whom we call: the one decision for every call to the outside that a person makes.

In this order: the rule of the person, of the queue whose call it is, of a queue that the person serves (the first of
them in the list), of the role, and at last the trunk's own number. A rule whose number is not ours any more is passed
over.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm_core.domain.phone import normalise


@dataclass(frozen=True, slots=True)
class CallerId:
    """`shown_as` "" is the trunk's own number; `withheld`: none is shown."""

    shown_as: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class CallerIdRule:
    """What is shown for one person, or for a queue and the team that serves it."""

    shown: CallerId
    user_id: int | None = None
    queue_id: int | None = None


@dataclass(frozen=True, slots=True)
class Calling:
    """Who calls: `queue_ids` they serve; `of_queue_id` is that of the call from which they consult or transfer."""

    user_id: int | None
    queue_ids: Collection[int] = ()
    of_queue_id: int | None = None


@lru_cache(maxsize=4_096)
def own_key(number: str) -> str:
    """Return what two spellings of a number have in common."""
    return normalise(number).key or number


def is_own(shown: CallerId, own_numbers: Iterable[str]) -> bool:
    """Whether it may be shown: one of our numbers, the trunk's own, or none."""
    return shown.withheld or not shown.shown_as or own_key(shown.shown_as) in {own_key(one) for one in own_numbers}


def caller_id(
    rules: Sequence[CallerIdRule], calling: Calling, of_role: CallerId, own_numbers: Collection[str]
) -> CallerId:
    """Return what is shown."""
    serves = frozenset(calling.queue_ids)
    fitting = (
        *(rule.shown for rule in rules if rule.user_id is not None and rule.user_id == calling.user_id),
        *(rule.shown for rule in rules if rule.queue_id is not None and rule.queue_id == calling.of_queue_id),
        *(rule.shown for rule in rules if rule.queue_id in serves),
        of_role,
    )
    return next((shown for shown in fitting if is_own(shown, own_numbers)), CallerId())
