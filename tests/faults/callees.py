"""Three hundred people on a list, with every fate that the telephone network has, and what is to become of each."""

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cti.asterisk.pstn import hum_hz
from tests.bench.seat import Seat

# How many people have which ending (cti.asterisk.pstn): most numbers of a list are dead or busy.
COUNTS = {
    "00": 8, "01": 6, "02": 70, "03": 8, "04": 22, "05": 58, "06": 12,
    "07": 6, "08": 8, "09": 22, "10": 26, "11": 6, "12": 6, "13": 26,
}  # fmt: skip
PEOPLE = frozenset({"00", "01", "08", "11", "12", "13"})
HUMS = "13"
# The verdict, and the code of the network; where we end the call there is none.
FATES: dict[str, tuple[str, int | None]] = {
    **dict.fromkeys(PEOPLE, ("human", None)),
    "02": ("busy", 486),
    "03": ("no_answer", None),
    "04": ("rejected", 403),
    "05": ("unallocated", 404),
    "06": ("unallocated", None),
    "07": ("voicemail", None),
    "09": ("rejected", 603),
    "10": ("congestion", 503),
}
AGAIN_AFTER = {
    "busy": timedelta(minutes=15),
    "no_answer": timedelta(hours=3),
    "voicemail": timedelta(hours=5),
    "rejected": timedelta(hours=36),
    "congestion": timedelta(minutes=20),
    "unallocated": timedelta(days=2),
    "abandoned": timedelta(days=4),
}
"""Not those of a new campaign: what a manager set has to hold."""
LISTED_EACH = 4
_STAYS_S = {HUMS: 4}
_OTHERS_STAY_S = 3
_EVERY_WHICH_IS_A_CUSTOMER = 4


@dataclass(slots=True)
class Callee:
    """`listed`: how, and when, their number came to be on the do-not-call list."""

    number: str
    ending: str
    listed: str = ""
    customer_id: int | None = None

    @property
    def hz(self) -> int:
        """The tone of who hums."""
        return hum_hz(self.number)


def callees(seed: int) -> list[Callee]:
    """In any order."""
    fates = [(ending, "") for ending, count in COUNTS.items() for _ in range(count)]
    fates += [("00", how) for how in ("before", "imported", "customer", "meanwhile") for _ in range(LISTED_EACH)]
    random.Random(seed).shuffle(fates)
    return [
        Callee(f"+86131{place:04}{_STAYS_S.get(ending, _OTHERS_STAY_S):02}{ending}", ending, listed)
        for place, (ending, listed) in enumerate(fates)
    ]


def retries() -> list[dict[str, Any]]:
    """The campaign's rules."""
    dies = {"unallocated": {"kills_number_after": 2}}
    return [
        {"verdicts": [verdict], "after_s": [after.total_seconds()], "attempts_max": 4, **dies.get(verdict, {})}
        for verdict, after in AGAIN_AFTER.items()
    ]


def table(people: Iterable[Callee], zone: str) -> str:
    """The file that is imported; whom somebody lists while it runs come last."""
    lines = [f"{one.number[-8:]},{one.number},{zone},{0 if one.listed == 'meanwhile' else 50}" for one in people]
    return "\n".join(["name,phone,zone,priority", *lines, ""])


MAPPING = json.dumps({"0": "name", "1": "phone", "2": "zone", "3": "priority"})


async def become_customers(admin: Seat, people: list[Callee]) -> None:
    """Some of each fate are known already."""
    seen = Counter[str]()
    for one in people:
        if one.listed == "customer" or (not one.listed and seen[one.ending] % _EVERY_WHICH_IS_A_CUSTOMER == 0):
            body = {"name": one.number[-8:], "phones": [{"number": one.number}]}
            one.customer_id = (await admin.ask("POST", "/customers", body))["id"]
        seen[one.ending] += 1


async def put_on_the_list(admin: Seat, people: Iterable[Callee], how: str) -> None:
    """Their numbers, or them with all numbers."""
    for one in people:
        if one.listed == how:
            who = {"customer_id": one.customer_id} if how == "customer" else {"number": one.number}
            await admin.ask("POST", "/do-not-call", {**who, "reason": how})
