"""The whole application started in one piece, without Asterisk."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agent_ui.app import running
from agent_ui.auth.passwords import Passwords
from agent_ui.commands.first_start import fill_empty
from agent_ui.config import Config, load_config
from agent_ui.memory import open_memory
from agent_ui.parts import Parts
from agent_ui.plant import Plant, Tools
from crm_core.audit import SYSTEM
from crm_core.callbacks import Callbacks
from crm_core.messages import MessageDraft
from crm_core.migrations import upgrade
from cti.clock import SystemClock
from cti.domain.callback_values import CallbackMemory
from cti.domain.commands import RingAgent
from cti.domain.events import AgentSignedIn, AgentWentReady, ScreenBack
from tests.asterisk.pair import free_base_port
from tests.fakes import FakeSwitch


async def sign_in_as_admin(http: aiohttp.ClientSession, parts: Parts) -> None:
    base, secret = parts.config.web.address, parts.config.secrets.passwords["admin"]
    body, headers = {"login": "admin", "password": secret}, {"Origin": base}
    async with http.post(f"{base}/api/v1/session", json=body, headers=headers) as answer:
        assert answer.status == 200


async def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: SystemClock) -> Config:
    """An installation with a database and the demo, and without a program that speaks."""
    missing = Tools("no-such-ffmpeg", "no-such-ffprobe", "no-such-espeak")
    monkeypatch.setattr(Plant, "tools_or_names", lambda _plant: missing)
    config = load_config({"CALLROOM_HOME": str(tmp_path), "CALLROOM_BASE_PORT": str(free_base_port())})
    await upgrade(config.database_url)
    memory = open_memory(config, clock)
    await memory.database.start()
    passwords = Passwords(memory_kib=64, passes=1)
    await fill_empty(config, memory, passwords, clock)
    passwords.close()
    await memory.database.aclose()
    return config


async def first_order(config: Config, script: str) -> bytes:
    """What a session that asks for this is told to do; b"" when it is shown the door."""
    reader, writer = await asyncio.open_connection("127.0.0.1", config.ports.agi)
    request = f"agi_network_script: {script}\nagi_request: agi://127.0.0.1/{script}\nagi_uniqueid: n1-1.1\n\n"
    writer.write(request.encode())
    try:
        return await asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()


async def test_only_who_read_our_dialplan_can_hand_calls_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SystemClock()
    config = await installed(tmp_path, monkeypatch, clock)
    switch = Plant(config).switch
    switch.layout.etc.mkdir(parents=True)
    (switch.layout.etc / "extensions.conf").write_text(f"AGI(agi://127.0.0.1/call/{switch.secrets.agi_secret})")
    async with running(config, lambda _text: None, clock, [FakeSwitch()]):
        assert await first_order(config, "call") == b""
        assert await first_order(config, f"call/{switch.secrets.ami_secret}") == b""
        assert b"Answer" in await first_order(config, f"call/{switch.secrets.agi_secret}")
    assert caplog.text.count("AGI session refused") == 2


async def test_callers_of_a_dialplan_from_before_the_secret_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SystemClock()
    config = await installed(tmp_path, monkeypatch, clock)
    async with running(config, lambda _text: None, clock, [FakeSwitch()]):
        assert b"Answer" in await first_order(config, "call")
    assert "The dialplan is an older one" in caplog.text


async def test_it_starts_without_a_program_that_speaks_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SystemClock()
    config = await installed(tmp_path, monkeypatch, clock)
    said: list[str] = []
    async with (
        running(config, said.append, clock, [FakeSwitch()]) as parts,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        assert "no-such-espeak cannot be run" in parts.problems["prompts"]
        assert "callroom asterisk install" in parts.problems["prompts"]
        assert parts.problems["prompts"] in said
        await sign_in_as_admin(http, parts)
        async with http.get(f"{config.web.address}/api/v1/health/detail") as answer:
            detail = await answer.json()
        assert (detail["status"], detail["problems"]) == ("degraded", parts.problems)
        async with http.ws_connect(f"{config.web.address}/cti", headers={"Origin": config.web.address}) as socket:
            snapshot = await socket.receive_json(timeout=5)
        assert snapshot["objects"]["system"]["problems"] == ["prompts"]
    # the demo's flow names built-in prompts, and leads callers all the same
    assert "Flow is not usable" not in caplog.text


async def test_an_open_page_is_told_how_many_messages_nobody_has_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    config = await installed(tmp_path, monkeypatch, clock)
    async with (
        running(config, lambda _text: None, clock, [FakeSwitch()]) as parts,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        await sign_in_as_admin(http, parts)
        base = parts.config.web.address
        async with http.ws_connect(f"{base}/cti", headers={"Origin": base}) as page, asyncio.timeout(30):

            async def told(unheard: int) -> None:
                while True:
                    objects = (await page.receive_json()).get("objects", {})
                    if any(
                        key.startswith("voicemails:") and view == {"unheard": unheard} for key, view in objects.items()
                    ):
                        return

            await told(0)
            draft = MessageDraft("v1", "voicemail", clock.now(), path="v1.wav", duration_s=3.0)
            message_id = await parts.memory.messages.add(draft)
            await told(1)
            await parts.memory.messages.hear(message_id, SYSTEM)
            await told(0)


async def test_a_callback_that_was_promised_before_a_kill_keeps_its_place_and_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, switch = SystemClock(), FakeSwitch()
    config = await installed(tmp_path, monkeypatch, clock)
    memory = open_memory(config, clock)
    await memory.database.start()
    (agent,) = [user for user in await memory.users.all() if user.login == "agent"]
    now = clock.now()
    promise = CallbackMemory(
        "b1", agent.queue_ids[0], "+8613900139000", None, now, now - timedelta(minutes=5), now, now + timedelta(hours=1)
    )
    await Callbacks(memory.database).keep(promise)
    await memory.database.aclose()

    async with running(config, lambda _text: None, clock, [switch]) as parts:
        telephony = parts.telephony

        def callback() -> dict[str, Any]:
            return telephony.floor.view("callback:b1") or {"state": "gone"}

        assert (callback()["state"], callback()["position"]) == ("waiting", 1)
        switch.register(agent.extension or "")
        await telephony.request(ScreenBack(agent.id))
        async with asyncio.timeout(20):
            while not (telephony.floor.view(f"agent:{agent.id}") or {}).get("phone_reachable"):
                await asyncio.sleep(0.02)
            await telephony.request(AgentSignedIn(agent.id))
            await telephony.request(AgentWentReady(agent.id))
            while callback()["state"] != "calling":
                await asyncio.sleep(0.02)
            while not any(isinstance(order, RingAgent) and order.calls_back for order in switch.commands):
                await asyncio.sleep(0.02)
