"""Callroom's AMI users can do their work, each only its own, and cannot reach a shell, a file or the configuration."""

from pathlib import Path

import pytest

from tests.asterisk.pair import Ami, Pair, ami_of

pytestmark = pytest.mark.asterisk

FORBIDDEN: list[tuple[str, list[tuple[str, str]]]] = [
    ("Command", [("Command", "core show version")]),
    ("GetConfig", [("Filename", "manager.conf")]),
    ("GetConfigJSON", [("Filename", "manager.conf")]),
    ("UpdateConfig", [("SrcFilename", "extensions.conf"), ("DstFilename", "extensions.conf")]),
    ("CreateConfig", [("Filename", "x.conf")]),
    ("ListCategories", [("Filename", "manager.conf")]),
    ("Reload", [("Module", "pbx_config")]),
    ("ModuleLoad", [("Module", "app_system.so"), ("LoadType", "load")]),
    ("DBPut", [("Family", "x"), ("Key", "y"), ("Val", "z")]),
    ("DialplanExtensionAdd", [("Context", "x"), ("Extension", "1"), ("Priority", "1"), ("Application", "NoOp")]),
    ("PJSIPShowAuths", []),
    ("Filter", [("Operation", "Add"), ("Filter", "!Event: Hangup")]),
    ("UserEvent", [("UserEvent", "CallroomAgentWaits"), ("Uniqueid", "n1-1.1")]),
    ("MixMonitor", [("Channel", "x"), ("File", "x.wav"), ("Command", "id")]),
    ("AGI", [("Channel", "x"), ("Command", "EXEC System id")]),
]
# What the writer may and the reader may not; a reader's ordinary day is Login and Ping.
ONLY_THE_WRITER: list[tuple[str, list[tuple[str, str]]]] = [
    ("Originate", [("Channel", "Local/s@agent-wait"), ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")]),
    ("Hangup", [("Channel", "x")]),
    ("Redirect", [("Channel", "x"), ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")]),
    ("Setvar", [("Variable", "X"), ("Value", "1")]),
    ("Getvar", [("Variable", "X")]),
    ("Status", []),
    ("CoreStatus", []),
    ("CoreShowChannels", []),
    ("DeviceStateList", []),
    ("MixMonitorMute", [("Channel", "x"), ("Direction", "both"), ("State", "1")]),
    ("QueueAdd", [("Queue", "fallback"), ("Interface", "PJSIP/1002")]),
    ("QueueRemove", [("Queue", "fallback"), ("Interface", "PJSIP/1002")]),
    ("QueuePause", [("Interface", "PJSIP/1002"), ("Paused", "true")]),
]
CALL = [("Channel", "Local/s@agent-wait"), ("Async", "true")]
REFUSED_ORIGINATES = [
    [*CALL, ("Application", "System"), ("Data", "touch /tmp/callroom-was-here")],
    [*CALL, ("Application", "TrySystem"), ("Data", "id")],
    [*CALL, ("Application", "Exec"), ("Data", "System(id)")],
    [*CALL, ("Application", "MixMonitor"), ("Data", "x.wav,,id")],
    [*CALL, ("Application", "AGI"), ("Data", "callroom-emergency")],
    [*CALL, ("Application", "NoOp"), ("Data", "${SHELL(id)}")],
    [*CALL, ("Application", "NoOp"), ("Data", "${FILE(/etc/passwd)}")],
]
ALLOWED: list[tuple[str, list[tuple[str, str]]]] = [
    ("Ping", []),
    ("CoreStatus", []),
    ("CoreSettings", []),
    ("CoreShowChannels", []),
    ("Status", []),
    ("BridgeList", []),
    ("DeviceStateList", []),
    ("QueueStatus", []),
    ("QueueAdd", [("Queue", "fallback"), ("Interface", "PJSIP/1002")]),
    ("QueueRemove", [("Queue", "fallback"), ("Interface", "PJSIP/1002")]),
]


@pytest.mark.parametrize("user", ["reader", "writer"])
@pytest.mark.parametrize(("action", "headers"), FORBIDDEN, ids=[name for name, _ in FORBIDDEN])
async def test_action_is_refused(pair: Pair, action: str, headers: list[tuple[str, str]], user: str) -> None:
    async with ami_of(pair.settings, events="off", writes=user) as ami:
        answer = await ami.action(action, *headers)
    assert answer["Response"] == "Error"
    assert "denied" in answer["Message"]


@pytest.mark.parametrize(("action", "headers"), ONLY_THE_WRITER, ids=[name for name, _ in ONLY_THE_WRITER])
async def test_the_reader_may_order_nothing(pair: Pair, action: str, headers: list[tuple[str, str]]) -> None:
    async with ami_of(pair.settings, events="off", writes="reader") as ami:
        assert (await ami.action("Ping"))["Response"] == "Success"
        answer = await ami.action(action, *headers)
    assert answer["Response"] == "Error"
    assert "denied" in answer["Message"]


async def test_the_writer_is_told_nothing(pair: Pair) -> None:
    """Not even when it asks for events at the login, and not of its own call."""
    call = [("Channel", "Local/s@agent-wait"), ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")]
    peer = Ami()
    async with peer.logged_in(pair.settings, pair.settings.ami_user, "on"), ami_of(pair.settings) as witness:
        await peer.action("Events", ("EventMask", "on"))
        await peer.action("Originate", *call, ("ChannelId", "mute-1"), ("Async", "true"))
        await witness.event(5, Event="OriginateResponse")
        await peer.action("Hangup", ("Channel", "/^Local/"))
        await witness.event(5, Event="Hangup", Uniqueid="mute-1")
        assert (await peer.action("Ping"))["Ping"] == "Pong"
    heard = {event["Event"] for event in peer.events} - {"ChannelHungup", "ChannelsHungupListComplete"}
    assert heard == set()


@pytest.mark.parametrize(
    "variable",
    ["FILE({0})=x", "SHELL(touch {0})=x", "X=${{SHELL(touch {0})}}", "X=${{FILE({0},,,,x)}}", "ENV(PATH)={0}"],
)
async def test_a_variable_of_an_originate_runs_nothing(pair: Pair, variable: str, tmp_path: Path) -> None:
    """Our own encoder lets none of these out; this is what somebody with the secret could do."""
    trace = tmp_path / "trace"
    call = [("Channel", "Local/s@agent-wait"), ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")]
    async with ami_of(pair.settings) as ami:
        await ami.action("Originate", *call, ("Variable", variable.format(trace)), ("Async", "true"))
        await ami.event(5, Event="OriginateResponse")
        await ami.action("Hangup", ("Channel", "/^Local/"))
    assert not trace.exists()


@pytest.mark.parametrize("headers", REFUSED_ORIGINATES, ids=lambda headers: f"{headers[2][1]} {headers[3][1]}")
async def test_originate_of_a_dangerous_application_is_refused(pair: Pair, headers: list[tuple[str, str]]) -> None:
    async with ami_of(pair.settings, events="off") as ami:
        answer = await ami.action("Originate", *headers)
    assert answer["Response"] == "Error"


@pytest.mark.parametrize(("action", "headers"), ALLOWED, ids=[name for name, _ in ALLOWED])
async def test_action_that_callroom_needs_is_allowed(pair: Pair, action: str, headers: list[tuple[str, str]]) -> None:
    async with ami_of(pair.settings, events="off") as ami:
        answer = await ami.action(action, *headers)
    assert answer["Response"] == "Success", answer


async def test_modules_with_a_way_to_a_shell_are_not_there(pair: Pair) -> None:
    loaded = await pair.switch.command("module show like .so")
    assert "app_mixmonitor.so" in loaded, "a list of modules"
    for module in ("app_system", "app_externalivr", "func_shell", "func_env", "func_curl", "app_minivm"):
        assert f"{module}.so" not in loaded


def test_every_port_but_media_listens_on_loopback_only(running: Pair) -> None:
    settings, heard = running.settings, set[int]()
    ours = {settings.ami_port, settings.ws_port, settings.sip_port, settings.carrier_port}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = [line.split()[1] for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        for row in rows:
            address, port = row.split(":")
            if int(port, 16) in ours:
                heard.add(int(port, 16))
                assert address.endswith("7F"), f"{table} {row} is not loopback"
    assert heard == ours, "each port has somebody who listens"


async def test_only_the_events_that_callroom_reads_come(pair: Pair) -> None:
    async with ami_of(pair.settings) as ami:
        call = [("Channel", "Local/s@agent-wait"), ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")]
        await ami.action("Originate", *call, ("ChannelId", "ear-1"), ("Async", "true"), ("Variable", "X=1"))
        await ami.event(5, Event="OriginateResponse")
        await ami.action("Hangup", ("Channel", "/^Local/"), ("Cause", "16"))
        await ami.event(5, Event="Hangup", Uniqueid="ear-1")
    names = {event["Event"] for event in ami.events if "Event" in event}
    assert names <= {
        "FullyBooted", "Newchannel", "Newstate", "Hangup", "OriginateResponse", "DialBegin", "DialState", "DialEnd",
        "BridgeEnter", "BridgeLeave", "BridgeDestroy", "DeviceStateChange", "ContactStatus", "UserEvent",
        "ChannelHungup", "ChannelsHungupListComplete",
    }  # fmt: skip
