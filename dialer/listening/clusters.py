"""Recordings that nobody has named: what is heard in several calls, bit for bit, is no person."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialer.listening.library import common_s
from dialer.listening.matching import Index, Known
from dialer.listening.sound import Samples

# As long as this the same in two calls: shorter is a word that one machine's voice says in all of its recordings.
SAME_S = 1.6
CALLS_LEAST = 3
HEARD_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Cluster:
    """`calls` by their ids, the longest first: it is the one to play and to keep."""

    calls: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its longest call's."""
        return self.calls[0]


def clusters(heard: Mapping[str, Samples]) -> tuple[Cluster, ...]:
    """Return what was heard in at least CALLS_LEAST calls, the most frequent first."""
    index = Index([Known(call, call, samples) for call, samples in heard.items()])
    head = {call: call for call in heard}

    def find(call: str) -> str:
        while head[call] != call:
            call = head[call]
        return call

    for call, samples in heard.items():
        for other, shared_s in common_s(samples, index, HEARD_SCORE).items():
            if other != call and shared_s >= SAME_S:
                head[find(other)] = find(call)
    groups: dict[str, list[str]] = {}
    for call in sorted(heard, key=lambda each: (-len(heard[each]), each)):
        groups.setdefault(find(call), []).append(call)
    large = [Cluster(tuple(group)) for group in groups.values() if len(group) >= CALLS_LEAST]
    return tuple(sorted(large, key=lambda each: (-len(each.calls), each.name)))
