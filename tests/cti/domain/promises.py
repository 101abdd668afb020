"""What must be true of callbacks whatever comes."""

from collections.abc import Iterable

from cti.domain.board import Board
from cti.domain.call import Call
from cti.domain.callback import Callback, CallbackState
from cti.domain.callback_words import CallbackAsked, CallbackChanged
from cti.domain.commands import DialCustomer
from cti.domain.dial_facts import CallDialed
from cti.domain.floor import Outcome
from cti.domain.values import CallState

NUMBERS = ("13900139000", "13700137000", "13600136000")


def standing_in(board: Board, living: Iterable[Call], queue_id: int) -> list[Call | Callback]:
    """All who have a place in this line."""
    calls = [
        call
        for call in living
        if call.state is CallState.WAITING
        and not call.stands_by_callback
        and call.queue is not None
        and call.queue.queue_id == queue_id
    ]
    own = [one for one in board.callbacks.values() if one.queue.queue_id == queue_id and one.is_in_line]
    return [*calls, *own]


class Promises:
    """Each ends once, and never dials more often than its line allows."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.ended: set[str] = set()
        self.asked: set[str] = set()
        self.dialed: set[str] = set()

    def follow(self, outcome: Outcome) -> None:
        dialed = [order.call_id for order in outcome.commands if isinstance(order, DialCustomer)]
        for fact in (fact for change in outcome.changes for fact in change.facts):
            if isinstance(fact, CallbackAsked):
                assert fact.callback_id not in self.asked - self.ended, "an id is used once"
                self.asked.add(fact.callback_id)
                self.ended.discard(fact.callback_id)
            elif isinstance(fact, CallbackChanged):
                assert fact.callback_id in self.asked - self.ended, "nothing comes after the end"
                assert (fact.state is CallbackState.OVER) == (fact.result is not None)
                if fact.result is not None:
                    self.ended.add(fact.callback_id)
            elif isinstance(fact, CallDialed) and self.board.calls[fact.call_id].callback_id is not None:
                dialed.append(fact.call_id)
        for call_id in dialed:
            assert call_id not in self.dialed, "a call dials once"
            self.dialed.add(call_id)

    def are_consistent(self) -> None:
        board = self.board
        assert set(board.callbacks) == self.asked - self.ended
        assert set(board.callbacks_at_work) <= set(board.callbacks)
        kept = [one.agent_id for one in board.callbacks.values() if one.agent_id is not None]
        assert len(set(kept)) == len(kept), "no agent is kept for two"
        tried = [one.call_id for one in board.callbacks.values() if one.state is CallbackState.CALLING]
        assert len(set(tried)) == len(tried), "each has a call of its own"
        for callback in board.callbacks.values():
            self._one(callback)

    def _one(self, callback: Callback) -> None:
        at_work = callback.callback_id in self.board.callbacks_at_work
        assert callback.attempts <= callback.queue.callbacks.attempts
        assert at_work or callback.state in (CallbackState.WAITING, CallbackState.PAUSED)
        assert callback.agent_id is not None or callback.state is not CallbackState.CHECKING, (
            "one is kept for the answer"
        )
        assert at_work or (callback.agent_id is None and callback.in_person is None)
        assert (callback.due_at is not None) == (callback.state is CallbackState.PAUSED)
        if callback.state is CallbackState.CALLING:
            call = self.board.living(callback.call_id or "")
            assert call is not None, "a callback is not left alone with a call that is over"
            assert call.callback_id == callback.callback_id
            assert call.talk is None, "with the talk it is over"
        if callback.is_in_line:
            assert self.board.queue_of(callback) is not None, "no place in a line that is not there"
