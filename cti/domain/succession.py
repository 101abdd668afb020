"""A talk goes on with another agent: what was the first one's ends, who is in the room stays, the recording goes on.

The one place for it, whether the agent left, was lost in a conference, or a supervisor took over.
"""

from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.facts import OfferEnded, OfferMade, TalkStarted
from cti.domain.parties import NORMAL_CLEARING, end_party
from cti.domain.party import PartyState
from cti.domain.talks import end_talk
from cti.domain.taping import hand_on, position_s
from cti.domain.values import OfferResult


def let_go(turn: Turn, call: Call) -> tuple[Talk, float]:
    """The agent's part is over, and with it whoever is not with the customer.

    Return the talk that was, and how long its recording is by now.
    """
    before = call.talk
    assert before is not None  # noqa: S101 - who lets go was there
    for party in list(call.parties.values()):
        if party.state is not PartyState.IN_ROOM:
            end_party(turn, call, party, NORMAL_CLEARING)
    staying = dict(call.parties)
    call.parties.clear()  # the end of the agent's part is not theirs
    recorded_s = position_s(turn, before)
    end_talk(turn, call)
    call.parties.update(staying)
    return before, recorded_s


def lead_on(turn: Turn, call: Call, talk: Talk, before: Talk) -> None:
    """The talk has another agent from now on, who goes on in the same recording."""
    call.talk = talk
    call.last_agent_id, call.last_talk_started_at = talk.agent_id, turn.now
    hand_on(turn, call, before, talk)


def note_talk(turn: Turn, call: Call, talk: Talk, why: str) -> None:
    """For the diary: an agent came to the talk without a call that rang."""
    queue_id = None if call.queue is None else call.queue.queue_id
    turn.note(OfferMade(call.call_id, talk.agent_id, talk.leg_id, why))
    turn.note(OfferEnded(call.call_id, talk.agent_id, talk.leg_id, OfferResult.ANSWERED))
    turn.note(TalkStarted(call.call_id, talk.agent_id, talk.leg_id, queue_id, call.waited_s, talk.recording_id))
