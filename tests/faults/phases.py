"""What calls were doing when Callroom was killed, and what must be so of them afterwards: pure, of two looks."""

from collections.abc import Collection

from tests.faults.invariants import Views, digits
from tests.faults.reading import Channel, Reading

ALL = frozenset({"in a menu", "waiting", "ringing", "talking", "recorded"})
_STATES = {"in_menu": "in a menu", "waiting": "waiting"}


def phases_of(views: Views, switch: Reading) -> set[str]:
    """The phases of calls that the switch has, too; it must say itself that a phone rings and who talks."""
    talks = switch.talks()
    calls = {key[5:]: view for key, view in views.items() if key.startswith("call:")}
    here = {call_id: view for call_id, view in calls.items() if call_id in switch.customers}
    found = {_STATES[view["state"]] for call_id, view in here.items() if view["state"] in _STATES}
    if any(channel.extension and channel.state == "Ringing" for channel in switch.channels):
        found.add("ringing")
    talking = [view for call_id, view in here.items() if view["state"] == "talking" and call_id in talks]
    if talking:
        found.add("talking")
    if any(view["recording"] for view in talking):
        found.add("recorded")
    return found


def pairs_of(switch: Reading) -> list[tuple[Channel, Channel]]:
    """Customers and phones that are in one room."""
    return [
        (customer, phone)
        for customer in switch.customers.values()
        for phone in switch.channels
        if phone.extension is not None and customer.room_id and phone.room_id == customer.room_id
    ]


def dropped(before: Reading, after: Reading, hung_up: Collection[str], left: Collection[str]) -> list[str]:
    """Sentences about pairs that are no pair any more although neither the phone nor the caller hung up.

    `hung_up`: the calls that phones say they ended. `left`: the numbers of callers who say that they hung up.
    """
    rooms = {channel.leg_id: channel.room_id for channel in after.channels}
    gone = {digits(number) for number in left}
    return [
        f"the talk of {customer.call_id} ({customer.number}) with {phone.extension} was dropped: "
        f"the customer's room is {rooms.get(customer.leg_id)}, the phone's {rooms.get(phone.leg_id)}"
        for customer, phone in pairs_of(before)
        if not rooms.get(customer.leg_id) or rooms.get(customer.leg_id) != rooms.get(phone.leg_id)
        if customer.call_id not in hung_up and digits(customer.number) not in gone
    ]


def kept(before: Reading, after: Reading) -> int:
    """How many pairs are in one room as before."""
    now = {(customer.leg_id, phone.leg_id) for customer, phone in pairs_of(after)}
    return sum((customer.leg_id, phone.leg_id) in now for customer, phone in pairs_of(before))


class Lines:
    """The queues as they were at a kill; looks at them afterwards find who lost their place."""

    def __init__(self, views: Views) -> None:
        self._before = _lines(views)
        self._known = {key[5:] for key in views if key.startswith("call:")}
        self.compared: set[tuple[str, str]] = set()
        self.wrong: dict[str, None] = {}

    def look(self, views: Views) -> None:
        """Of those who waited, who stood in front still does; who has come since is behind them."""
        for key, now in _lines(views).items():
            before = self._before.get(key, [])
            stayed = [call_id for call_id in now if call_id in before]
            expected = sorted(stayed, key=before.index)
            self.compared |= {(first, second) for at, first in enumerate(expected) for second in expected[at + 1 :]}
            if stayed != expected:
                self.wrong[f"{key} was {before} and is {now}"] = None
            behind = now[now.index(stayed[-1]) :] if stayed else now
            if pushed := [call_id for call_id in now if call_id not in self._known and call_id not in behind]:
                self.wrong[f"{key} was {before} and is {now}: {pushed} came later"] = None


def _lines(views: Views) -> dict[str, list[str]]:
    return {key: list(view["waiting"]) for key, view in views.items() if key.startswith("queue:")}


def longest_line(views: Views) -> int:
    """How many wait where most wait."""
    return max((len(line) for line in _lines(views).values()), default=0)
