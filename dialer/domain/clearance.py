"""May this lead be tried at this moment? One answer from every rule of every policy, with its reason.

Hours and holidays, caps and rests, consent, and how old the register is that the number was compared with. Whether the
number may be dialed at all (do-not-call, kinds of numbers) is the house's dial policy, asked besides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dialer.domain.attempt_caps import PastAttempt, capped
from dialer.domain.calling_window import Place, all_closed
from dialer.domain.policy import Policy

CLOSED, HOLIDAY, CAPPED, RESTS = "closed", "holiday", "capped", "rests"
NO_CONSENT, REGISTER_OLD = "no_consent", "register_old"
WAITS_ONLY = (CLOSED, HOLIDAY, CAPPED, RESTS)
_ASK_AGAIN = timedelta(days=1)
"""Where no opening is near."""
_EVER = datetime.max.replace(tzinfo=UTC)
_HOPS = 40
"""Each hop waits for one rule: more than there are rules in all policies together."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody who is to be called at this number; `consent_at`: when they agreed to it."""

    place: Place
    number: str
    past: Sequence[PastAttempt] = ()
    consent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """The policies that hold, and by policy the day of which the register is that it asks for."""

    policies: Sequence[Policy]
    registers: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not before `until` (None: not before somebody does something); `why` is a code, `policy` the one that says so.

    `since` is when the rule began to stand in the way, if it can be told; `detail` the name of a holiday.
    """

    why: str
    policy: str
    until: datetime | None
    since: datetime | None = None
    detail: str = ""

    @property
    def is_hour(self) -> bool:
        """Whether it is the hour or the day there that says no."""
        return self.why in (CLOSED, HOLIDAY)


def put_off_by_both(law: Law, whom: Whom, clocks: tuple[datetime, datetime]) -> PutOff | None:
    """What stands there longest by the house's clock and by the machine's, which was set to another time."""
    return max(all_by_both(law, whom, clocks), key=lambda each: each.until or _EVER, default=None)


def all_by_both(law: Law, whom: Whom, clocks: tuple[datetime, datetime]) -> list[PutOff]:
    """Everything by the house's clock and by the machine's: each may say no.

    Times are by the house's clock, the first of `clocks`, in which leads fall due.
    """
    now, found = clocks[0], dict[tuple[str, str], PutOff]()
    for clock in clocks:
        for wait in all_put_off(law, whom, clock):
            until = None if wait.until is None else wait.until - (clock - now)
            known = found.get((wait.why, wait.policy))
            if known is None or (until or _EVER) > (known.until or _EVER):
                found[wait.why, wait.policy] = replace(wait, until=until)
    return list(found.values())


def put_off(law: Law, whom: Whom, now: datetime) -> PutOff | None:
    """Return what stands before this attempt longest, or None."""
    return max(all_put_off(law, whom, now), key=lambda each: each.until or _EVER, default=None)


def all_put_off(law: Law, whom: Whom, now: datetime) -> Iterator[PutOff]:
    """Give everything that stands before it, policy by policy."""
    yield from stale_registers(law, now)
    for policy in law.policies:
        if policy.asks_consent and (whom.consent_at is None or whom.consent_at > now):
            yield PutOff(NO_CONSENT, policy.name, whom.consent_at)
    for shut in all_closed(law.policies, whom.place, now):
        why = HOLIDAY if shut.holiday else CLOSED
        yield PutOff(why, shut.policy, shut.opens_at or now + _ASK_AGAIN, shut.since, shut.holiday)
    for policy in law.policies:
        full = capped([policy], whom.number, whom.past, now)
        if full is not None:
            yield PutOff(RESTS if full.cap is None else CAPPED, full.policy, full.until, full.since)


def stale_registers(law: Law, now: datetime) -> Iterator[PutOff]:
    """Give the policies whose register is older than they allow, or was never looked at: nobody may be called."""
    for policy in law.policies:
        if policy.do_not_call_age_max_days is None:
            continue
        as_of = law.registers.get(policy.name)
        until = None if as_of is None else as_of + timedelta(days=policy.do_not_call_age_max_days)
        if until is None or until < now:
            yield PutOff(REGISTER_OLD, policy.name, None, until)


def next_chance(law: Law, whom: Whom, now: datetime) -> datetime | None:
    """Return when nothing of it stands before an attempt, as far as can be told now; None: nobody can tell."""
    moment = now
    for _ in range(_HOPS):
        wait = put_off(law, whom, moment)
        if wait is None:
            return moment
        if wait.until is None:
            return None
        moment = wait.until
    return None
