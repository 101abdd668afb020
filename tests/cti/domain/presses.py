"""What an agent could press now with the people of a call, sensible or not."""

from collections.abc import Sequence
from random import Random

from cti.domain import events, oversight, wishes
from cti.domain.board import Board


def controls(dice: Random, board: Board, agent_id: int, call_id: str) -> list[events.Event]:
    living = board.living(call_id)
    party_id = next(iter(living.parties), "") if living is not None else ""
    if living is not None and living.talk is not None:
        agent_id = living.talk.agent_id
    colleague = dice.choice([11, 12, 13, 99])
    return [
        wishes.AgentHeld(agent_id, call_id),
        wishes.AgentRetrieved(agent_id, call_id),
        wishes.AgentInvited(agent_id, call_id, to_agent_id=colleague),
        wishes.AgentInvited(agent_id, call_id, number="13800138000"),
        wishes.AgentSwapped(agent_id, call_id, party_id),
        wishes.AgentBroughtIn(agent_id, call_id, party_id),
        wishes.AgentDropped(agent_id, call_id, party_id),
        wishes.AgentLeft(agent_id, call_id),
        wishes.AgentTransferred(agent_id, call_id, to_agent_id=colleague),
        wishes.AgentTransferred(agent_id, call_id, queue_id=dice.choice([1, 2, 9])),
        wishes.AgentTransferred(agent_id, call_id, number="13800138000"),
        wishes.AgentAskedForHelp(agent_id, call_id),
        wishes.AgentNeedsNoHelp(agent_id, call_id),
        wishes.AgentSentToSurvey(agent_id, call_id),
        wishes.AgentParked(agent_id, call_id),
        wishes.AgentMuted(agent_id, call_id, dice.random() < 0.5),
        wishes.AgentPressedKey(agent_id, call_id, "5"),
        wishes.AgentRedialed(dice.choice([11, 12, 13])),
        wishes.AgentPickedUp(dice.choice([11, 12, 13]), call_id, of_any_team=dice.random() < 0.5),
    ]


def moves(dice: Random, call_id: str, calls: Sequence[str]) -> list[events.Event]:
    """What a supervisor could do with who waits."""
    by = dice.choice([11, 12, 13])
    return [
        oversight.WaitingMoved(call_id, by, dice.choice([1, 2, 9])),
        oversight.WaitingPlaced(call_id, by, dice.choice([None, *calls])),
        oversight.WaitingRanked(call_id, by, dice.randint(0, 3)),
        oversight.WaitingGiven(call_id, by, dice.choice([by, 11, 12, 13, 99])),
    ]
