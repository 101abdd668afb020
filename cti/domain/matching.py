"""The end of each step: whoever is free is brought together with whoever is first in line for them."""

from cti.domain import callback_calls, climbing
from cti.domain.acd import choose
from cti.domain.board import Turn
from cti.domain.offers import offer_to


def make_offers(turn: Turn) -> None:
    """Offer waiting calls, and call who waits to be called, until nobody is free or nobody waits."""
    board = turn.board
    callback_calls.settle(turn)
    climbing.look(turn)
    while True:
        turn.settle()
        choice = choose(
            board.queues.values(),
            board.agents,
            board.standby,
            lambda call_id: board.demand_of(call_id, turn.now),
            turn.now,
        )
        if choice is None:
            return
        agent, callback = board.agents[choice.agent_id], board.callbacks.get(choice.call_id)
        if callback is None:
            offer_to(turn, board.calls[choice.call_id], agent, choice.why)
        else:
            callback_calls.turn_came(turn, callback, agent, choice.why)
