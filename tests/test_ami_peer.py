"""The fake Asterisk against a client that is not ours: panoramisk understands it as it does a real one."""

import asyncio

from panoramisk import Manager

from tests.ami_peer import FakeAmi, frame, listed


async def connected(port: int) -> Manager:
    manager = Manager(
        loop=asyncio.get_running_loop(), host="127.0.0.1", port=port, username="u", secret="try", ping_interval=0
    )
    await manager.connect()
    return manager


async def test_panoramisk_logs_in_lists_and_hears_events():
    async with FakeAmi() as ami:
        ami.phones = {"1001": "NOT_INUSE"}
        ami.answers["Status"] = lambda action: listed(
            action["ActionID"], "StatusComplete", frame(Event="Status", CallerIDName="Çağrı 张伟")
        )
        manager = await connected(ami.port)
        heard: asyncio.Queue[str] = asyncio.Queue()
        manager.register_event("Hangup", lambda _, message: heard.put_nowait(message.uniqueid))
        channels = await asyncio.wait_for(manager.send_action({"Action": "Status"}), 5)
        assert [each.get("Event") for each in channels] == [None, "Status", "StatusComplete"]
        assert channels[1]["CallerIDName"] == "Çağrı 张伟"
        phones = await asyncio.wait_for(manager.send_action({"Action": "DeviceStateList"}), 5)
        assert phones[1]["Device"] == "PJSIP/1001"
        core = await asyncio.wait_for(manager.send_action({"Action": "CoreStatus"}), 5)
        assert core.response == "Success"
        ami.say(frame(Event="Hangup", Uniqueid="n1-1.1", Cause="16"))
        assert await asyncio.wait_for(heard.get(), 5) == "n1-1.1"
        manager.close()
