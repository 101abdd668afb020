"""Facts as the floor tells them, for tests of the diary."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cti.domain.facts import (
    CallEnded,
    CallLinked,
    CallStarted,
    Change,
    Fact,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    WaitStarted,
)
from cti.domain.values import Caller, EndReason, OfferResult


def changes(begin: datetime, steps: Sequence[tuple[float, Sequence[Fact]]], first: int = 1) -> list[Change]:
    return [
        Change(seq, begin + timedelta(seconds=after_s), tuple(facts), ())
        for seq, (after_s, facts) in enumerate(steps, first)
    ]


def started(call_id: str, at: datetime, number: str | None = "13800138000", name: str = "") -> CallStarted:
    return CallStarted(call_id, f"{call_id}-in", "n1", Caller(number, name), "4001", at)


def answered_call(
    call_id: str, at: datetime, agent_id: int, queue_id: int, customer_id: int | None = None
) -> list[Change]:
    leg = f"{call_id}-out"
    steps: list[tuple[float, Sequence[Fact]]] = [
        (0, [started(call_id, at)]),
        (1, [CallLinked(call_id, customer_id)]),
        (5, [WaitStarted(call_id, queue_id, 3)]),
        (6, [OfferMade(call_id, agent_id, leg, "longest idle")]),
        (
            10,
            [
                OfferEnded(call_id, agent_id, leg, OfferResult.ANSWERED),
                TalkStarted(call_id, agent_id, leg, queue_id, 5.0, f"{call_id}-rec"),
            ],
        ),
        (
            70,
            [
                TalkEnded(call_id, agent_id, leg, 60.0),
                CallEnded(call_id, EndReason.CALLER_HUNG_UP, 16, queue_id, agent_id, 5.0, 60.0),
            ],
        ),
    ]
    return changes(at, steps)
