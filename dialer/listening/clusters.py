"""Recordings that nobody has named: what is heard in several calls, bit for bit, is no person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialer.listening.library import common_s
from dialer.listening.matching import Index, Known
from dialer.listening.sound import RATE_HZ, Samples

# As long as this the same in two calls: shorter is a word that one machine's voice says in all of its recordings.
SAME_S = 1.6
CALLS_LEAST = 3
HEARD_SCORE = 0.5
# So much of the shorter of the two is in a recording that has its label: more than the words that all begin with.
EXPLAINED_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class Cluster:
    """`calls` by their ids, the longest first: it is the one to play and to keep."""

    calls: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its longest call's."""
        return self.calls[0]


@dataclass(frozen=True, slots=True)
class Sorted:
    """`explained`: calls that one of the labelled recordings is in."""

    clusters: tuple[Cluster, ...]
    explained: tuple[str, ...]


def clusters(heard: Mapping[str, Samples]) -> tuple[Cluster, ...]:
    """Return what was heard in at least CALLS_LEAST calls, the most frequent first."""
    return sort_out(heard, {}, lambda _ratio: None).clusters


def sort_out(heard: Mapping[str, Samples], labelled: Mapping[str, Samples], tell: Callable[[float], None]) -> Sorted:
    """Compare each call with all others and with what has a label; `tell` how far it is, from 0 to 1."""
    both = [(call, "", samples) for call, samples in heard.items()]
    index = Index([Known(*one) for one in both + [(ref, "labelled", samples) for ref, samples in labelled.items()]])
    links: dict[str, list[str]] = {}
    explained: set[str] = set()
    for number, (call, samples) in enumerate(heard.items()):
        for other, shared_s in common_s(samples, index, HEARD_SCORE).items():
            if other == call or shared_s < SAME_S:
                continue
            if other not in labelled:
                links.setdefault(call, []).append(other)
            elif shared_s >= EXPLAINED_RATIO * min(len(samples), len(labelled[other])) / RATE_HZ:
                explained.add(call)
        tell((number + 1) / len(heard))
    left = {call: samples for call, samples in heard.items() if call not in explained}
    return Sorted(_grouped(left, links), tuple(sorted(explained)))


def _grouped(heard: Mapping[str, Samples], links: Mapping[str, list[str]]) -> tuple[Cluster, ...]:
    head = {call: call for call in heard}

    def find(call: str) -> str:
        while head[call] != call:
            call = head[call]
        return call

    for call in heard:
        for other in links.get(call, ()):
            if other in heard:
                head[find(other)] = find(call)
    groups: dict[str, list[str]] = {}
    for call in sorted(heard, key=lambda each: (-len(heard[each]), each)):
        groups.setdefault(find(call), []).append(call)
    large = [Cluster(tuple(group)) for group in groups.values() if len(group) >= CALLS_LEAST]
    return tuple(sorted(large, key=lambda each: (-len(each.calls), each.name)))
