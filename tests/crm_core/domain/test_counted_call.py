"""One call by itself."""

from datetime import UTC, datetime, timedelta

from crm_core.domain.counted_call import count_call
from crm_core.domain.sums import Outcome
from cti.domain.facts import CallEnded, TalkEnded, TalkStarted, WaitStarted
from cti.domain.values import EndReason

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_call_in_line_and_in_talk() -> None:
    told = [
        (AT, WaitStarted("c", 1, 0)),
        (AT + timedelta(seconds=9), TalkStarted("c", 11, "leg", 1, 9.0, None)),
        (AT + timedelta(seconds=69), TalkEnded("c", 11, "leg", 60.0)),
        (AT + timedelta(seconds=69), CallEnded("c", EndReason.CALLER_HUNG_UP, 16, 1, 11, 9.0, 60.0)),
    ]
    (tally,), work = count_call(AT, told, is_outbound=False)
    assert (tally.outcome, tally.wait_s, tally.handled, tally.work["talk_ms"]) == (Outcome.ANSWERED, 9.0, True, 60_000)
    assert work.shares[1, 11].talked_s == 60.0


def test_a_call_that_came_into_no_line() -> None:
    (tally,), _ = count_call(AT, [], is_outbound=False)
    assert (tally.outcome, tally.since) == (Outcome.IN_MENU, AT)
    (tally,), _ = count_call(AT, [(AT, TalkStarted("c", 11, "leg", None, 0.0, None))], is_outbound=True)
    assert tally.outcome is Outcome.REACHED
