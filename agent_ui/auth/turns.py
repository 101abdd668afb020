"""Whose password is looked at next; pure. Argon2 takes some 20 ms, so a flood of tries would keep everybody waiting.

Two lanes: whoever signed in from this address before goes first. In each lane addresses take turns, however many tries
one of them sends, and a full lane lets the last of the longest address go rather than somebody who comes alone.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(slots=True)
class Lane(Generic[T]):
    """Who waits, by address; the order of the addresses is that of their turns."""

    most: int
    _waiting: dict[str, deque[T]] = field(default_factory=dict)
    _count: int = 0

    def enter(self, who: T, address: str) -> T | None:
        """Wait; return who has to go for it, which may be the one who came."""
        mine = self._waiting.get(address, ())
        gone: T | None = None
        if self._count >= self.most:
            longest = max(self._waiting, key=lambda one: len(self._waiting[one]))
            if len(self._waiting[longest]) <= len(mine) + 1:
                return who
            gone = self._waiting[longest].pop()
            self._count -= 1
        self._waiting.setdefault(address, deque()).append(who)
        self._count += 1
        return gone

    def take(self) -> T | None:
        """Return whose turn it is; the address goes to the end of the round."""
        if not self._waiting:
            return None
        address = next(iter(self._waiting))
        queue = self._waiting.pop(address)
        who = queue.popleft()
        self._count -= 1
        if queue:
            self._waiting[address] = queue
        return who

    def leave(self, who: T, address: str) -> None:
        """Wait no longer."""
        queue = self._waiting.get(address, deque())
        if who in queue:
            queue.remove(who)
            self._count -= 1
        if not queue:
            self._waiting.pop(address, None)

    def __len__(self) -> int:
        return self._count


class Turns(Generic[T]):
    """Both lanes."""

    def __init__(self, most: int) -> None:
        self._lanes: dict[bool, Lane[T]] = {True: Lane(most), False: Lane(most)}

    def enter(self, who: T, address: str, *, known: bool) -> T | None:
        """Wait; return who has to go for it, which may be the one who came."""
        return self._lanes[known].enter(who, address)

    def take(self) -> T | None:
        """Return whose turn it is, None when nobody waits."""
        first = self._lanes[True].take()
        return first if first is not None else self._lanes[False].take()

    def leave(self, who: T, address: str, *, known: bool) -> None:
        """Wait no longer."""
        self._lanes[known].leave(who, address)

    def __len__(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())
