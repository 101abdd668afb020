"""The names that a flow may use, handed in by whoever knows the database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """None means: not checked. `numbers` are those that calls may be transferred out to; none by default."""

    prompts: frozenset[str] | None = None
    queue_ids: frozenset[int] | None = None
    numbers: frozenset[str] | None = frozenset()
    time_zones: frozenset[str] | None = None
    calendar_ids: frozenset[int] | None = None

    def may_call(self, number: str) -> bool:
        """Whether a flow may send a caller out to this number."""
        return self.numbers is None or number in self.numbers


ANYTHING = Known()
