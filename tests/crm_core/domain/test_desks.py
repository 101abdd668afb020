"""Calls and talk by agent."""

from crm_core.domain.desks import Desks
from cti.domain.facts import TalkEnded, TalkInterrupted, TalkStarted, WaitStarted


def test_a_call_counts_once_for_everybody_who_talked_in_it() -> None:
    desks = Desks()
    for fact in (
        WaitStarted("a", 1, 0),
        TalkStarted("a", 11, "l1", 1, 5.0, None),
        TalkInterrupted("a", 11, "l1", 20.0),
        TalkEnded("a", 11, "l2", 10.0),
        TalkStarted("a", 12, "l3", 1, 5.0, None),
        TalkStarted("b", 11, "l4", 1, 5.0, None),
        TalkEnded("c", 13, "l5", 7.0),
    ):
        desks.take(fact)
    assert [desks.calls_of(agent_id) for agent_id in (11, 12, 13, 14)] == [2, 1, 1, 0]
    assert [desks.talk_of(agent_id) for agent_id in (11, 12, 13, 14)] == [30.0, 0.0, 7.0, 0]
