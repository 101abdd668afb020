"""Which number of ours a call of a campaign shows, and how often each was shown: counted once, then followed."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from crm_core.domain.campaign_rules import NEAREST, CampaignRules
from crm_core.domain.day import day_of
from crm_core.due_leads import DueLead
from crm_core.shown_numbers import ShownNumbers
from dialer import number_regions
from dialer.domain.showing import HOUR, ShownCaps, ShownUse, UsedUp, first_with_room, in_turn, nearest_first
from dialer.ports import Dialable, DialPolicy


class ShownCalls:
    """Of all campaigns together, in this process: what others dial is not seen, so only who holds the lease counts."""

    def __init__(self, shown: ShownNumbers, zone: tzinfo) -> None:
        self._shown = shown
        self._zone = zone
        self._reading = asyncio.Lock()
        self._known: set[str] = set()
        # known, or being counted just now
        self._followed: set[str] = set()
        self._day: date | None = None
        self._today: Counter[str] = Counter()
        self._lately: dict[str, deque[datetime]] = {}

    def day_ends_at(self, now: datetime) -> datetime:
        """When a day's caps begin anew."""
        return day_of(now, self._zone).ends_at

    async def know(self, numbers: Iterable[str], now: datetime) -> None:
        """Count them, unless that was done; what is added meanwhile may count twice, and never not at all."""
        async with self._reading:
            missing = [number for number in numbers if number not in self._known]
            if not missing:
                return
            self._turn_day(now)
            self._followed.update(missing)
            day = day_of(now, self._zone)
            try:
                found = await self._shown.of(missing, day.begins_at, now - HOUR)
            except BaseException:
                self._drop(missing)
                raise
            for number, one in found.items():
                # somebody else may have begun the next day meanwhile
                self._today[number] += one.today if self._day == day.date else 0
                self._lately[number] = deque(sorted((*one.lately, *self._lately.get(number, ()))))
            self._known.update(missing)

    def use_of(self, number: str, now: datetime) -> ShownUse:
        """Say how often it was shown, of one that is known."""
        self._turn_day(now)
        return ShownUse(self._today[number], self._lately.get(number, ()))

    def add(self, number: str, now: datetime) -> None:
        """It is shown now; of one that nobody asked for yet it will be counted when somebody does."""
        if number not in self._followed:
            return
        self._turn_day(now)
        self._today[number] += 1
        lately = self._lately.setdefault(number, deque())
        lately.append(now)
        while lately[0] <= now - HOUR:
            lately.popleft()

    def take_back(self, number: str, at: datetime) -> None:
        """Nobody was dialed then after all."""
        lately = self._lately.get(number, deque())
        if at in lately:
            lately.remove(at)
            if day_of(at, self._zone).date == self._day:
                self._today[number] -= 1

    def forget(self) -> None:
        """Somebody else dials from now on: count anew when it is asked again."""
        self._drop(list(self._followed))

    def _drop(self, numbers: Sequence[str]) -> None:
        self._known.difference_update(numbers)
        self._followed.difference_update(numbers)
        for number in numbers:
            self._today.pop(number, None)
            self._lately.pop(number, None)

    def _turn_day(self, now: datetime) -> None:
        today = day_of(now, self._zone).date
        # never back: who asks now may have looked at the clock before midnight
        if self._day is None or today > self._day:
            self._day = today
            self._today.clear()


class Showing:
    """Chooses, for whoever dials for a campaign."""

    def __init__(self, calls: ShownCalls, policy: DialPolicy) -> None:
        self.calls = calls
        self._policy = policy

    async def number_for(
        self, rules: CampaignRules, lead: DueLead, called: str, dialable: Dialable, now: datetime
    ) -> str | UsedUp:
        """Give the number to show, "" for the trunk's own or none; as the last thing before it is dialed.

        A number of the pool that is not ours any more is passed over; without any it is the house's for such calls.
        """
        pool = await self._policy.ours(rules.shown_as) if rules.shown_as else ()
        if not pool and dialable.withheld:
            return ""
        order = await _order(rules, pool or (dialable.shown_as,), lead.id, called)
        return await self._with_room(rules, order, now)

    async def _with_room(self, rules: CampaignRules, order: tuple[str, ...], now: datetime) -> str | UsedUp:
        caps = ShownCaps(rules.shown_per_hour, rules.shown_per_day)
        if not caps.hold:
            return order[0]
        await self.calls.know(order, now)
        ends_at = self.calls.day_ends_at(now)
        return first_with_room(order, lambda number: self.calls.use_of(number, now), caps, now, ends_at)


async def _order(rules: CampaignRules, pool: tuple[str, ...], turn: int, called: str) -> tuple[str, ...]:
    if rules.shown_by != NEAREST or len(pool) == 1:
        return in_turn(pool, turn)
    await number_regions.load()
    return nearest_first(pool, number_regions.region_of, number_regions.region_of(called))
