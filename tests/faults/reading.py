"""What Asterisk itself says on its console: channels, bridges, fallback members; shares no code with the AMI side."""

import re
from collections import Counter
from dataclasses import dataclass

from cti.asterisk.instance import Instance
from cti.asterisk.layout import callroom_settings
from cti.asterisk.program import find_asterisk
from cti.asterisk.secrets import load_or_create
from tests.installation import Installation
from tests.prefix import cached_prefix

_PHONE = re.compile(r"PJSIP/(\d+)-")
# Asked once for each channel: it is set before anything else happens there and never changes.
_calls: dict[str, str] = {}
_MEMBER = re.compile(r"PJSIP/(\d+) ")


@dataclass(frozen=True, slots=True)
class Channel:
    """`extension` is set for an agent's phone, `call_id` is Callroom's variable on it, `number` the caller's."""

    name: str
    context: str
    application: str
    state: str
    room_id: str
    leg_id: str
    extension: str | None
    call_id: str | None
    number: str = ""

    @property
    def is_customer(self) -> bool:
        return self.extension is None and self.call_id is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the switch; `members` are the extensions in the fallback queue."""

    channels: tuple[Channel, ...]
    members: frozenset[str]

    @property
    def customers(self) -> dict[str, Channel]:
        return {channel.call_id: channel for channel in self.channels if channel.is_customer and channel.call_id}

    def phones(self, extension: str) -> list[Channel]:
        return [channel for channel in self.channels if channel.extension == extension]

    def talks(self) -> dict[str, str]:
        """Which extension each bridged customer talks with, by call id."""
        rooms = {channel.room_id: channel.extension for channel in self.channels if channel.extension}
        return {
            call_id: str(rooms[channel.room_id])
            for call_id, channel in self.customers.items()
            if channel.room_id and channel.room_id in rooms
        }


def switch_of(installation: Installation) -> Instance:
    """Callroom's own Asterisk of an installation that has been started."""
    program = find_asterisk(cached_prefix())
    assert program is not None
    secrets = load_or_create(installation.home / "secrets.toml")
    return Instance(program, callroom_settings(installation.home, installation.base_port, secrets).layout)


async def read_switch(switch: Instance) -> Reading:
    """A channel that ends between the two questions about it is left out."""
    listed = (await switch.command("core show channels concise")).splitlines()
    channels = [await _channel(switch, line.split("!")) for line in listed if line.count("!") >= 13]
    members = _MEMBER.findall(await switch.command("queue show fallback"))
    return Reading(tuple(channel for channel in channels if channel is not None), frozenset(members))


async def _channel(switch: Instance, fields: list[str]) -> Channel | None:
    phone, leg_id = _PHONE.match(fields[0]), fields[-1]
    if leg_id not in _calls:
        told = await switch.command(f"core show channel {fields[0]}")
        if "is not a known channel" in told or not told:
            return None
        call = re.search(r"^CALLROOM_CALL_ID=(.+)$", told, re.MULTILINE)
        if call is not None:
            _calls[leg_id] = call[1].strip()
    return Channel(
        name=fields[0],
        context=fields[1],
        state=fields[4],
        application=fields[5],
        room_id=fields[-2],
        leg_id=leg_id,
        extension=None if phone is None else phone[1],
        call_id=_calls.get(leg_id),
        number=fields[-7],
    )


def carrier_of_town(installation: Installation) -> Instance:
    program = find_asterisk(cached_prefix())
    assert program is not None
    return Instance(program, installation.pstn.layout)


async def someone_is_called(installation: Installation) -> bool:
    """The carrier has somebody on the line."""
    return "0 active channels" not in await carrier_of_town(installation).command("core show channels")


async def keep_who_is_dialed(installation: Installation) -> None:
    """Let the carrier note from now on, over its restarts, whom it is asked for."""
    said = await carrier_of_town(installation).command("database put carrier keeps yes")
    assert "Updated" in said, said


async def dialed_at_the_carrier(installation: Installation) -> Counter[str]:
    """How often each number was dialed, by the carrier's own notes."""
    said = await carrier_of_town(installation).command("database show dialed")
    assert "results found" in said, said
    return Counter(re.findall(r"^/dialed/([+0-9]+)/\S+ *:", said, re.MULTILINE))


async def calls_at_the_carrier(installation: Installation) -> int:
    """The carrier's own count of what it has taken since it runs."""
    said = re.search(r"(\d+) calls? processed", await carrier_of_town(installation).command("core show calls"))
    assert said is not None
    return int(said[1])
