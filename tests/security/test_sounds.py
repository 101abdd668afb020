"""The addresses at which something is to be heard: who gets nothing, and that no cache keeps what was heard."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from agent_ui.api.route import API_PREFIX
from agent_ui.api.table import ROUTES
from tests.agent_ui.world import World
from tests.security.house import Objects, house

ADDRESSES = {
    "play_recording": "/recordings/{recording_id}/audio",
    "show_peaks": "/recordings/{recording_id}/peaks",
    "play_voicemail": "/voicemails/{voicemail_id}/audio",
    "show_voicemail_peaks": "/voicemails/{voicemail_id}/peaks",
}
TRAVERSALS = (
    "../secrets.toml",
    "..%2Fsecrets.toml",
    "..%2f..%2fsecrets.toml",
    "%2e%2e%2f%2e%2e%2fsecrets.toml",
    "..%5c..%5csecrets.toml",
    "..%252fsecrets.toml",
    "%2Fetc%2Fpasswd",
    "secrets.toml%00",
)
Fetch = Callable[[str], Awaitable[tuple[int, dict[str, str], bytes]]]


def fetcher(session: aiohttp.ClientSession, world: World) -> Fetch:
    async def fetch(path: str) -> tuple[int, dict[str, str], bytes]:
        address = URL(world.base + API_PREFIX + path, encoded=True)
        async with session.get(address, allow_redirects=False) as answer:
            return answer.status, {**answer.headers}, await answer.read()

    return fetch


def filled(name: str, objects: Objects, **other: Any) -> str:
    values = {"recording_id": objects.recording_id, "voicemail_id": objects.voicemail_id}
    one = "voicemail_id" if "voicemail" in name else "recording_id"
    return ADDRESSES[name].format(**{one: other.get("identifier", values[one])})


def test_the_table_has_no_other_address_to_hear_something() -> None:
    raw = {route.name for route in ROUTES if route.method == "GET" and route.raw}
    # prompts, music and announcements are sounds of the house or of networks, a wallboard has no sound, exports are
    # files of figures and of one person's data: each with its own tests
    assert raw == {
        *ADDRESSES,
        "play_prompt",
        "play_music",
        "play_announcement",
        "play_unlabelled",
        "export_personal_data",
        "download_export",
        "export_compliance",
        "download_staffing",
        "watch_wallboard",
    }


@pytest.mark.parametrize("name", ADDRESSES)
async def test_who_gets_nothing(name: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, objects):
        person = await world.person("agent")
        fetch, mine, theirs = fetcher(person.session, world), objects["agent"], objects["stranger"]
        guessed = 987_654 if "voicemail" in name else "00000000-0000-4000-8000-0000000fffff"
        status, headers, good = await fetch(filled(name, mine))
        assert (status, headers["Cache-Control"]) == (200, "private, no-store")
        refused = {
            "another's": (filled(name, theirs), {403, 404}),
            "guessed": (filled(name, mine, identifier=guessed), {404}),
            **{text: (filled(name, mine, identifier=text), {404}) for text in TRAVERSALS},
        }
        for case, (path, statuses) in refused.items():
            status, headers, body = await fetch(path)
            assert status in statuses, (case, status)
            check_refusal(headers, body, good, case)
        (token,) = [cookie.value for cookie in person.session.cookie_jar]
        assert (await person.call("DELETE", "/session"))[0] == 204
        for case, cookies in (("ended", {"callroom": token}), ("none", {}), ("made up", {"callroom": "x" * 43})):
            async with aiohttp.ClientSession(cookies=cookies) as thief:
                status, headers, body = await fetcher(thief, world)(filled(name, mine))
            assert status == 401, case
            check_refusal(headers, body, good, case)


def check_refusal(headers: dict[str, str], body: bytes, good: bytes, case: str) -> None:
    assert "no-store" in headers.get("Cache-Control", ""), case
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"].startswith("application/json"), case
    assert good not in body, case
    assert b"sip_key" not in body, case
    assert b"root:" not in body, case


@pytest.mark.parametrize("value", ["bytes=0-3", "bytes=99-", "bytes=abc"])
async def test_pieces_are_not_kept_either(value: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, objects):
        person = await world.person("agent")
        for name in ("play_recording", "play_voicemail"):
            path = f"{world.base}{API_PREFIX}{filled(name, objects['agent'])}"
            async with person.session.get(path, headers={"Range": value}) as answer:
                assert answer.status in {206, 416}
                assert "no-store" in answer.headers["Cache-Control"], (name, answer.status)
