"""The policies that ship, one TOML file each with its sources, and any of the operator's own."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import inf
from pathlib import Path

from dialer.domain.policy import Cap, Policy, Span
from dialer.errors import OddDocument, UnknownPolicy
from dialer.toml_document import content_of, parse_document

SHIPPED = Path(__file__).parent


def shipped_names() -> list[str]:
    """Return the names of the policies that come with Callroom."""
    return sorted(file.stem for file in SHIPPED.glob("*.toml"))


def load_policy(name: str) -> Policy:
    """Read a shipped policy."""
    if name not in shipped_names():
        raise UnknownPolicy(name, tuple(shipped_names()))
    return read_policy(SHIPPED / f"{name}.toml")


def known_of(names: Sequence[str]) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
    """Give the policies of these names, and the names that no policy has."""
    shipped = frozenset(shipped_names())
    return tuple(load_policy(name) for name in names if name in shipped), tuple(
        name for name in names if name not in shipped
    )


def read_policy(file: Path) -> Policy:
    """Read a policy from a file; what is no policy is refused with the place. The same text is read only once."""
    return _policy(file, content_of(file))


@lru_cache(maxsize=256)
def _policy(file: Path, content: bytes) -> Policy:
    policy = parse_document(file, content, Policy)
    problem = next(_problems(policy), None)
    if problem is not None:
        raise OddDocument(str(file), problem)
    return policy


def _problems(policy: Policy) -> Iterator[str]:
    """What is of the right kind, and would take a limit away: a percentage for a ratio, hours that never begin."""
    ratio, age_days = policy.abandonment_limit_ratio, policy.do_not_call_age_max_days
    # asked so that what is no number (TOML has nan) is refused, too
    if ratio is not None and not 0 <= ratio <= 1:
        yield "abandonment_limit_ratio: from 0 to 1, 0.03 is three percent"
    if not 0 < policy.connect_deadline_s < inf:
        yield "connect_deadline_s: more than 0 is needed"
    if not 0 <= policy.rings_at_least_s < inf:
        yield "rings_at_least_s: 0 or more is needed"
    if not 0 <= policy.rest_after_abandoned_h < inf:
        yield "rest_after_abandoned_h: 0 or more is needed"
    if age_days is not None and age_days < 0:
        yield "do_not_call_age_max_days: 0 or more is needed"
    if any(len(country) != 2 or not country.isalpha() or not country.isupper() for country in policy.countries):
        yield "countries: two capital letters each are needed, as in DE"
    yield from _odd_caps(policy.caps)
    if policy.hours is not None:
        if len(policy.hours.days) != 7:
            yield "hours.days: seven days from Monday are needed"
        named = {f"days.{number}": spans for number, spans in enumerate(policy.hours.days, 1)}
        yield from _odd_spans(named | {"holiday": policy.hours.holiday or ()})


def _odd_caps(caps: tuple[Cap, ...]) -> Iterator[str]:
    for number, cap in enumerate(caps, 1):
        if cap.attempts < 1:
            yield f"caps.{number}.attempts: 1 or more is needed"
        if not 0 < cap.within_h < inf:
            yield f"caps.{number}.within_h: more than 0 is needed"


def _odd_spans(named: dict[str, tuple[Span, ...]]) -> Iterator[str]:
    for name, spans in named.items():
        if any(span.since >= span.until for span in spans):
            yield f"hours.{name}: until is not after since; what goes on after midnight is a span of the next day"
