"""The switch as the floor sees it, against a fake Asterisk: snapshots, losses, orders that fail."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from cti.ami.protocol import Times
from cti.domain.commands import (
    DialCustomer,
    DialOutside,
    HangUpLeg,
    MuteLeg,
    MuteRecording,
    OfferToFallback,
    PressKey,
    RingAgent,
)
from cti.domain.events import (
    DialFailed,
    LegAnswered,
    LegEnded,
    LegMuted,
    LegRang,
    PhoneChanged,
    RecordingMuted,
    RecordingNotMuted,
    RoomJoined,
    RoomLeft,
    SwitchBack,
    SwitchEvent,
    SwitchLost,
)
from cti.domain.mute_words import LegNotMuted
from cti.domain.values import Caller
from cti.settings import SwitchSettings
from cti.switch import AmiSwitch
from tests.ami_peer import BOOTED, FakeAmi, frame

QUICK = Times(login_s=0.5, action_s=0.1, idle_s=0.2, ping_s=0.2)
UP_FOR_S = 1.0  # what BOOTED says
RING = RingAgent("n1", "leg-1", "1001", "call-1", Caller("13800138000"), 20.0)


class Watch:
    """Reads a switch's events in the background."""

    def __init__(self, switch: AmiSwitch) -> None:
        self.switch = switch
        self.events: asyncio.Queue[SwitchEvent] = asyncio.Queue()

    async def run(self) -> None:
        async for event in self.switch.events():
            self.events.put_nowait(event)

    async def next(self) -> SwitchEvent:
        return await asyncio.wait_for(self.events.get(), 5)


def settings_of(ami: FakeAmi) -> SwitchSettings:
    return SwitchSettings(
        ami_port=ami.port,
        ami_user="writer",
        ami_secret="try",
        ami_events_user="reader",
        ami_events_secret="try",
        agi_port=1,
        ws_port=1,
    )


@asynccontextmanager
async def watching(ami: FakeAmi, **options: object) -> AsyncIterator[Watch]:
    watch = Watch(AmiSwitch(settings_of(ami), **options))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watch.run())
        try:
            yield watch
        finally:
            running.cancel()


def leg(leg_id: str, state: str = "6", **variables: str) -> bytes:
    headers = [("Variable", f"{name}={value}") for name, value in variables.items()]
    return frame(("Event", "Status"), ("Uniqueid", leg_id), ("ChannelState", state), *headers)


def refused(message: str) -> Callable[[dict[str, str]], bytes]:
    return lambda action: frame(Response="Error", ActionID=action["ActionID"], Message=message)


async def test_the_first_word_is_everything_there_is():
    async with FakeAmi() as ami:
        ami.channels = [leg("n1-1.1", CALLROOM_CALL_ID="c1"), leg("leg-9", "5", CALLROOM_AGENT="1002")]
        ami.phones = {"1001": "NOT_INUSE", "1002": "UNAVAILABLE"}
        async with watching(ami) as watch:
            back = await watch.next()
            assert isinstance(back, SwitchBack)
            assert [(each.leg_id, each.call_id, each.agent_extension) for each in back.legs] == [
                ("n1-1.1", "c1", None),
                ("leg-9", None, "1002"),
            ]
            assert back.reachable_extensions == {"1001"}
            assert not back.restarted
            ami.say(frame(Event="Newstate", Uniqueid="leg-9", ChannelState="5"))
            assert await watch.next() == LegRang("leg-9")


async def test_an_asterisk_that_is_still_starting_is_waited_for():
    async with FakeAmi(booted=False) as ami, watching(ami) as watch:
        await ami.until(lambda each: "Login" in each.names())
        ami.say(frame(Event="Hangup", Uniqueid="n1-1.1") + BOOTED)
        assert isinstance(await watch.next(), SwitchBack)


async def test_loss_and_return_tell_a_restart_from_a_broken_link():
    async with FakeAmi() as ami, watching(ami) as watch:
        assert isinstance(await watch.next(), SwitchBack)
        ami.cut(b"Event: Hangup\r\n")
        assert await watch.next() == SwitchLost("n1")
        assert await watch.next() == SwitchBack("n1", (), frozenset(), restarted=False, up_for_s=UP_FOR_S)
        ami.started = "11:11:11"
        ami.cut()
        assert await watch.next() == SwitchLost("n1")
        assert await watch.next() == SwitchBack("n1", (), frozenset(), restarted=True, up_for_s=UP_FOR_S)


async def test_events_during_the_snapshot_come_after_it():
    async with FakeAmi() as ami:

        def status(action: dict[str, str]) -> bytes:
            ami.answers.clear()
            ami.say(frame(Event="Hangup", Uniqueid="n1-1.1", Cause="16"))
            return ami._answer(action)

        ami.answers["Status"] = status
        async with watching(ami) as watch:
            assert isinstance(await watch.next(), SwitchBack)
            assert await watch.next() == LegEnded("n1-1.1", 16)


async def test_a_list_and_the_events_around_it_end_in_the_truth():
    """A leg that went through two rooms before the list was made, of which the reader hears late."""
    async with FakeAmi() as ami:
        story = (
            frame(Event="BridgeEnter", Uniqueid="n1-1.1", BridgeUniqueid="first")
            + frame(Event="BridgeLeave", Uniqueid="n1-1.1", BridgeUniqueid="first")
            + frame(Event="BridgeEnter", Uniqueid="n1-1.1", BridgeUniqueid="second")
        )
        ami.channels = [frame(("Event", "Status"), ("Uniqueid", "n1-1.1"), ("BridgeID", "second"))]
        async with watching(ami) as watch:
            back = await watch.next()
            assert isinstance(back, SwitchBack)
            rooms = {each.leg_id: each.room_id for each in back.legs}
            assert rooms == {"n1-1.1": "second"}
            ami.say(story)
            for _ in range(3):
                event = await watch.next()
                if isinstance(event, RoomJoined):
                    rooms[event.leg_id] = event.room_id
                elif isinstance(event, RoomLeft) and rooms[event.leg_id] == event.room_id:
                    rooms[event.leg_id] = None
            assert rooms == {"n1-1.1": "second"}


async def test_events_come_on_one_session_and_orders_go_on_the_other():
    async with FakeAmi() as ami, watching(ami) as watch:
        await watch.next()
        await watch.switch.carry_out(RING)
        await ami.until(lambda each: "Originate" in each.names())
        assert set(ami.by_user["reader"]) == {"Login"}
        assert ami.by_user["writer"] == ["Login", "CoreStatus", "Status", "DeviceStateList", "Originate"]


async def test_without_the_writer_the_node_is_lost_and_seen_anew():
    async with FakeAmi() as ami, watching(ami) as watch:
        assert isinstance(await watch.next(), SwitchBack)
        ami.cut(user="writer")
        assert await watch.next() == SwitchLost("n1")
        assert isinstance(await watch.next(), SwitchBack)


async def test_a_reader_that_is_lost_during_the_list_has_it_made_again():
    async with FakeAmi() as ami:

        def status(action: dict[str, str]) -> bytes:
            ami.answers.clear()
            ami.cut(user="reader")
            return ami._answer(action)

        ami.answers["Status"] = status
        async with watching(ami) as watch:
            assert isinstance(await watch.next(), SwitchBack)
            assert await watch.next() == SwitchLost("n1")
            assert isinstance(await watch.next(), SwitchBack)
        assert ami.by_user["writer"].count("Status") == 2


async def test_a_snapshot_that_fails_is_taken_again_on_a_new_link():
    async with FakeAmi() as ami:
        ami.answers["CoreStatus"] = refused("Permission denied")
        async with watching(ami) as watch:
            await ami.until(lambda each: each.names().count("Login") == 4)
            ami.answers.clear()
            assert isinstance(await watch.next(), SwitchBack)


async def test_a_ring_goes_out_once_and_its_leg_is_followed():
    async with FakeAmi() as ami, watching(ami) as watch:
        await watch.next()
        await watch.switch.carry_out(RING)
        await ami.until(lambda each: "Originate" in each.names())
        ami.say(
            frame(Event="Newchannel", Uniqueid="leg-1")
            + frame(Event="UserEvent", UserEvent="CallroomAgentWaits", Uniqueid="leg-1")
            + frame(Event="PeerStatus", Peer="PJSIP/1001", PeerStatus="Unreachable")
            + frame(Event="Hangup", Uniqueid="leg-1", Cause="16")
        )
        assert await watch.next() == LegAnswered("leg-1")
        assert await watch.next() == PhoneChanged("1001", False)
        assert await watch.next() == LegEnded("leg-1", 16)
        assert "Variable: PJSIP_HEADER(add,X-Callroom-Call)=call-1\r\n" in ami.raw[-1]


async def test_a_leg_that_never_was_ends_by_itself():
    async with FakeAmi() as ami, watching(ami) as watch:
        await watch.next()
        await watch.switch.carry_out(RING)
        await ami.until(lambda each: "Originate" in each.names())
        ami.say(frame(Event="OriginateResponse", Response="Failure", Reason="0", Uniqueid="leg-1"))
        assert await watch.next() == LegEnded("leg-1", 20)


async def test_a_ring_that_cannot_be_ordered_is_a_leg_that_ended():
    async with FakeAmi() as ami:
        away = AmiSwitch(settings_of(ami))
        await away.carry_out(RING)
        await away.carry_out(HangUpLeg("n1", "leg-1"))
        events = away.events()
        assert await anext(events) == LegEnded("leg-1", 27)
        await events.aclose()

        async with watching(ami) as watch:
            await watch.next()
            ami.answers["Originate"] = refused("Permission denied")
            await watch.switch.carry_out(RING)
            assert await watch.next() == LegEnded("leg-1", 41)
            await watch.switch.carry_out(RingAgent("n1", "leg-2", "1001&x", "c", Caller(None), 5))
            assert await watch.next() == LegEnded("leg-2", 41)


async def test_a_ring_without_an_answer_is_ended_should_it_appear_after_all():
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        ami.answers["Originate"] = lambda _: None
        await watch.switch.carry_out(RING)
        assert await watch.next() == LegEnded("leg-1", 41)
        ami.say(frame(Event="Newchannel", Uniqueid="other") + frame(Event="Newchannel", Uniqueid="leg-1"))
        await ami.until(lambda each: "Hangup" in each.names())
        assert ami.actions[-1]["Channel"] == "leg-1"
        assert ami.names().count("Originate") == 1


async def test_a_hang_up_that_overtakes_its_leg_is_made_good():
    async with FakeAmi() as ami, watching(ami) as watch:
        await watch.next()
        ami.answers["Hangup"] = refused("No such channel")
        await watch.switch.carry_out(RING)
        await watch.switch.carry_out(HangUpLeg("n1", "leg-1"))
        await watch.switch.carry_out(HangUpLeg("n1", "of-nobody"))
        await ami.until(lambda each: each.names().count("Hangup") == 2)
        ami.answers.clear()
        ami.say(frame(Event="Newchannel", Uniqueid="leg-1"))
        await ami.until(lambda each: each.names().count("Hangup") == 3)


async def test_a_recording_is_muted_when_asterisk_said_so():
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        await watch.switch.carry_out(MuteRecording("n1", "n1-1.1", True))
        assert await watch.next() == RecordingMuted("n1-1.1", True)
        assert ami.actions[-1]["Action"] == "MixMonitorMute"
        assert (ami.actions[-1]["Channel"], ami.actions[-1]["State"]) == ("n1-1.1", "1")
        assert ami.actions[-1]["Direction"] == "both"
        ami.answers["MixMonitorMute"] = refused("Cannot set mute flag")
        await watch.switch.carry_out(MuteRecording("n1", "n1-1.1", False))
        assert await watch.next() == RecordingNotMuted("n1-1.1", False)
        ami.answers["MixMonitorMute"] = lambda _: None
        await watch.switch.carry_out(MuteRecording("n1", "n1-1.1", True))
        assert await watch.next() == RecordingNotMuted("n1-1.1", True)
        await watch.switch.carry_out(MuteRecording("n1", "x y", True))
        assert await watch.next() == RecordingNotMuted("x y", True)


async def test_a_pause_is_marked_before_it_begins_and_after_it_ended(caplog):
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        for muted in (True, False):
            await watch.switch.carry_out(MuteRecording("n1", "n1-1.1", muted, "r1"))
            assert await watch.next() == RecordingMuted("n1-1.1", muted)
        await ami.until(lambda each: each.names().count("Setvar") == 2)
        assert ami.names()[-4:] == ["Setvar", "MixMonitorMute", "MixMonitorMute", "Setvar"]
        ami.answers["Setvar"] = refused("No such channel")
        await watch.switch.carry_out(MuteRecording("n1", "n1-1.1", True, "r1"))
        assert await watch.next() == RecordingMuted("n1-1.1", True)
        assert "A pause left no mark at the switch" in caplog.messages
        await watch.switch.carry_out(MuteRecording("n1", "n1-1.1", True, "x y"))
        assert await watch.next() == RecordingNotMuted("n1-1.1", True)


async def test_a_leg_is_muted_when_asterisk_said_so_and_carries_a_mark():
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        for muted in (True, False):
            await watch.switch.carry_out(MuteLeg("n1", "n1-1.1", muted))
            assert await watch.next() == LegMuted("n1-1.1", muted)
        await ami.until(lambda each: each.names().count("Setvar") == 4)
        told = [(one["Variable"], one["Value"]) for one in ami.actions[-4:]]
        done = [("VOLUME(RX)", "-100000"), ("VOLUME(RX)", "0")]
        assert told == [("CALLROOM_MUTED", "1"), *done, ("CALLROOM_MUTED", "")]
        ami.answers["Setvar"] = refused("No such channel")
        await watch.switch.carry_out(MuteLeg("n1", "n1-1.1", True))
        assert await watch.next() == LegNotMuted("n1-1.1", True)
        await ami.until(lambda each: each.names().count("Setvar") == 6)
        await watch.switch.carry_out(MuteLeg("n1", "x y", False))
        assert await watch.next() == LegNotMuted("x y", False)
        ami.answers.clear()
        await watch.switch.carry_out(MuteLeg("n1", "n1-1.1", False))
        assert await watch.next() == LegMuted("n1-1.1", False), "what was refused is not told as done"
        await watch.switch.carry_out(PressKey("n1", "n1-1.1", "5"))
        await ami.until(lambda each: each.names().count("PlayDTMF") == 1)


async def test_a_ring_in_flight_when_the_link_breaks_is_not_sent_again():
    async with FakeAmi() as ami, watching(ami) as watch:
        await watch.next()
        ami.answers["Originate"] = lambda _: None
        await watch.switch.carry_out(RING)
        await ami.until(lambda each: "Originate" in each.names())
        ami.cut()
        ami.channels = [leg("leg-1", "5", CALLROOM_AGENT="1001")]
        seen = {type(await watch.next()) for _ in range(3)}
        assert seen == {LegEnded, SwitchLost, SwitchBack}
        # The floor was told that it ended, so it shall not ring on.
        await ami.until(lambda each: "Hangup" in each.names())
        assert ami.names().count("Originate") == 1


async def test_the_fallback_queue_is_put_right_after_every_return():
    async with FakeAmi() as ami, watching(ami) as watch:
        await watch.next()
        ami.answers["QueueAdd"] = refused("Unable to add interface: Already there")
        await watch.switch.carry_out(OfferToFallback("1001", True))
        await watch.switch.carry_out(OfferToFallback("1002", False))
        await ami.until(lambda each: "QueueRemove" in each.names())
        ami.cut()
        await ami.until(lambda each: each.names().count("QueueAdd") == 2 and each.names().count("QueueRemove") == 2)


async def test_orders_that_time_out_are_only_logged(caplog):
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        ami.answers["QueueAdd"] = ami.answers["Hangup"] = lambda _: None
        await watch.switch.carry_out(OfferToFallback("1001", True))
        await watch.switch.carry_out(HangUpLeg("n1", "n1-1.1"))
        async with asyncio.timeout(5):
            while len([each for each in caplog.records if each.name == "cti.switch"]) < 2:
                await asyncio.sleep(0.02)


async def test_a_number_outside_that_cannot_be_dialed_is_one_that_nobody_took():
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        await watch.switch.carry_out(DialOutside("n1", "n1-1.1", "10086", 30))
        await ami.until(lambda each: "Redirect" in each.names())
        ami.answers["Redirect"] = refused("Channel does not exist")
        await watch.switch.carry_out(DialOutside("n1", "n1-1.1", "10086", 30))
        assert await watch.next() == DialFailed("n1-1.1", 27)
        await watch.switch.carry_out(DialOutside("n1", "n1-1.1", "10086&x", 30))
        assert await watch.next() == DialFailed("n1-1.1", 27)


async def test_a_customer_who_cannot_be_called_back_is_one_whose_leg_ended():
    async with FakeAmi() as ami, watching(ami, times=QUICK) as watch:
        await watch.next()
        ami.answers["Originate"] = refused("Extension does not exist.")
        await watch.switch.carry_out(DialCustomer("n1", "n1-leg", "o1", "10086", 30))
        ended = await watch.next()
        assert (type(ended), ended.leg_id) == (LegEnded, "n1-leg")
