"""A line is heard while it is dialed: the announcement of an empty number, and whoever answers."""

import asyncio
import uuid
import wave

import numpy as np
import pytest

from cti.ami.actions import action_for
from cti.asterisk.pstn import FATES
from cti.domain.commands import ListenToLine
from dialer.listening.clusters import clusters
from dialer.listening.library import Prompt, build
from dialer.listening.listener import LineListener
from dialer.listening.matching import Index
from dialer.listening.server import ListeningServer
from dialer.listening.shelf import shipped_plans
from dialer.listening.sound import Samples
from dialer.listening.words import Label, LineVerdict, Phase
from tests.asterisk.pair import Ami, Pair, ami_of, eventually

pytestmark = pytest.mark.asterisk


def prompt(pair: Pair, name: str) -> Samples:
    with wave.open(str(pair.pstn_settings.layout.sounds / f"{name}.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


class Ears:
    """One line's verdicts, with the time of each."""

    def __init__(self) -> None:
        self.said: list[tuple[LineVerdict, float]] = []
        self.over = asyncio.Event()

    def hear(self, _attempt_id: str, verdict: LineVerdict, is_last: bool) -> None:
        self.said.append((verdict, asyncio.get_running_loop().time()))
        if is_last:
            self.over.set()

    def labels(self) -> list[Label]:
        return [verdict.label for verdict, _ in self.said]


async def dial(ami: Ami, number: str) -> str:
    leg = f"n1-{uuid.uuid4().hex}"
    place = (("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1"), ("Timeout", "30000"), ("Async", "true"))
    await ami.action("Originate", ("Channel", f"PJSIP/{number}@pstn"), ("ChannelId", leg), *place)
    return leg


async def listen(ami: Ami, server: ListeningServer, leg: str, listener: LineListener) -> tuple[Ears, str]:
    attempt_id, ears = str(uuid.uuid4()), Ears()
    assert server.expect(attempt_id, listener, ears.hear)
    order = action_for(ListenToLine("n1", f"ear-{leg}", leg, attempt_id, server.port))
    assert (await ami.action(order.name, *order.headers))["Response"] == "Success"
    return ears, attempt_id


def ending(name: str) -> str:
    return next(fate.ending for fate in FATES if fate.name == name)


async def test_an_empty_number_is_known_by_its_announcement_before_the_line_is_cleared(pair: Pair) -> None:
    library = build([(Prompt("simulator/unallocated", "empty", "0"), prompt(pair, "unallocated"))])
    async with ami_of(pair.settings) as ami, ListeningServer().running() as server:
        leg = await dial(ami, f"1380013{ending('announced')}")
        await ami.event(5, Event="DialState", DestUniqueid=leg, DialStatus="PROGRESS")
        ears, _ = await listen(ami, server, leg, LineListener(Phase.EARLY, library.index, ()))

        async def known() -> bool:
            return Label.EMPTY in ears.labels()

        await eventually(known, 6, "the label")
        assert not any(e.get("Event") == "Hangup" and e.get("Uniqueid") == leg for e in ami.events), "still early media"
        verdict = next(each for each, _ in ears.said if each.label is Label.EMPTY)
        assert verdict.is_final
        assert verdict.evidence[0].ref == "simulator/unallocated"
        # by the sound itself; half a second of silence comes before the announcement
        assert verdict.at_ms < 500 + 2400
        hangup = await ami.event(15, Event="Hangup", Uniqueid=leg)
        assert hangup["Cause"] == "1", "as the carrier said it"
        await asyncio.wait_for(ears.over.wait(), 3)

        async def nobody() -> bool:
            return not await pair.channels()

        await eventually(nobody, 3, "the listener's channel gone with the line")


async def test_what_three_lines_said_and_nobody_knew_is_one_recording_that_the_fourth_is_known_by(pair: Pair) -> None:
    heard: dict[str, Samples] = {}
    async with ami_of(pair.settings) as ami, ListeningServer().running() as server:

        async def announced(place: int, listener: LineListener) -> Ears:
            leg = await dial(ami, f"138001{place}{ending('announced')}")
            await ami.event(5, Event="DialState", DestUniqueid=leg, DialStatus="PROGRESS")
            ears, _ = await listen(ami, server, leg, listener)
            await asyncio.wait_for(ears.over.wait(), 20)
            return ears

        for place in range(3):
            listener = LineListener(Phase.EARLY, Index(()), shipped_plans())
            await announced(place, listener)
            unknown = listener.unknown_sound()
            assert unknown is not None
            heard[f"call-{place}"] = unknown
        (found,) = clusters(heard)
        assert set(found.calls) == set(heard)
        library = build([(Prompt("named", "empty", "0"), heard[found.name])])
        ears = await announced(3, known := LineListener(Phase.EARLY, library.index, shipped_plans()))
    assert Label.EMPTY in ears.labels()
    assert (known.recognised, known.unknown_sound()) == ({"named"}, None)


async def test_the_listener_goes_on_after_the_answer(pair: Pair) -> None:
    library = build([(Prompt("simulator/voicemail", "voicemail", "0"), prompt(pair, "voicemail"))])
    async with ami_of(pair.settings) as ami, ListeningServer().running() as server:
        leg = await dial(ami, f"1380013{ending('voicemail')}")
        await ami.event(5, Event="DialState", DestUniqueid=leg, DialStatus="RINGING")
        ears, attempt_id = await listen(ami, server, leg, LineListener(Phase.EARLY, library.index, ()))
        await ami.event(5, Event="Newstate", Uniqueid=leg, ChannelStateDesc="Up")
        assert ears.said == [], "ringing is no sound of the line"
        server.answered(attempt_id)

        async def known() -> bool:
            return Label.VOICEMAIL in ears.labels()

        await eventually(known, 6, "the label")
        assert len(await pair.channels()) == 2
        await ami.action("Hangup", ("Channel", leg))
        await asyncio.wait_for(ears.over.wait(), 3)


async def test_a_stream_that_nobody_expects_is_closed(pair: Pair) -> None:
    async with ami_of(pair.settings) as ami, ListeningServer().running() as server:
        leg = await dial(ami, f"1380013{ending('rings_out')}")
        await ami.event(5, Event="DialState", DestUniqueid=leg, DialStatus="RINGING")
        order = action_for(ListenToLine("n1", "ear-stranger", leg, str(uuid.uuid4()), server.port))
        await ami.action(order.name, *order.headers)
        await ami.event(5, Event="Hangup", Uniqueid="ear-stranger")
        assert not any(e.get("Event") == "Hangup" and e.get("Uniqueid") == leg for e in ami.events), "the call goes on"
