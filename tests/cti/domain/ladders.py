"""What must be true of lines' ladders whatever comes."""

from collections.abc import Iterable
from datetime import datetime

from cti.domain.board import Board
from cti.domain.call import Call
from cti.domain.callback import Callback
from cti.domain.climb_facts import LadderClimbed
from cti.domain.climbing import HOLDS
from cti.domain.demand import waited_for
from cti.domain.facts import CallStarted
from cti.domain.floor import Outcome
from cti.domain.lines import priority_of
from cti.domain.queue import Queue
from cti.domain.values import Climb, Rung
from tests.cti.domain.promises import standing_in

_EXACT = (Climb.TIME, Climb.DEPTH, Climb.NO_STAFF)


class Ladders:
    """Whoever stands in line has taken each step that is there for them, once, and takes none back."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.taken: dict[int, tuple[Call | Callback, tuple[tuple[int, Rung], ...]]] = {}
        self.noted: set[tuple[object, ...]] = set()

    def follow(self, outcome: Outcome) -> None:
        for fact in (fact for change in outcome.changes for fact in change.facts):
            if isinstance(fact, CallStarted):
                self.noted = {one for one in self.noted if one[0] != fact.call_id}
            elif isinstance(fact, LadderClimbed):
                step = (fact.call_id, fact.queue_id, fact.why, fact.after_s, fact.raise_by, fact.also_queue_id)
                assert step not in self.noted
                self.noted.add(step)

    def are_climbed(self, living: Iterable[Call], now: datetime) -> None:
        board, taken = self.board, self.taken
        self.taken = {}
        living = list(living)
        for queue_id, queue in board.queues.items():
            for one in standing_in(board, living, queue_id):
                if (due := board.deadlines.next()) is None or due > now:  # else it is looked at when that is done
                    self._is_up(queue, one, now)
        for one in (*living, *board.callbacks.values()):
            _, before = taken.get(id(one), (one, ()))
            assert one.climbed[: len(before)] == before, "nobody climbs down"
            assert len(set(one.climbed)) == len(one.climbed)
            self.taken[id(one)] = one, one.climbed

    def _is_up(self, queue: Queue, one: Call | Callback, now: datetime) -> None:
        settings = queue.settings
        staffing = self.board.standby.of(settings.queue_id)
        assert one.priority == priority_of(one, settings, now)
        for rung in waited_for(one, settings, now):
            if rung.cause in _EXACT and HOLDS[rung.cause](rung, queue, staffing):
                assert (settings.queue_id, rung) in one.climbed, rung
