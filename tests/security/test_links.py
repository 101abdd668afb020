"""Addresses of recordings and exports open nothing by themselves: who asks is looked at each time, and what is there.

There are no links to them that carry a right, so none can be passed on or outlive what it was for. (The one link that
does opens a wallboard: tests/security/test_wallboard.py.)
"""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from agent_ui.api.route import API_PREFIX, SAFE_METHODS, Route
from agent_ui.api.table import ROUTES
from agent_ui.auth.permissions import Permission
from crm_core.recordings import RecordingDraft
from tests.agent_ui.world import Person, World
from tests.security.house import AT, Objects, house
from tests.security.test_living import change, new_password, sign_in_again, sign_out, switch_off

FILES = [
    route
    for route in ROUTES
    if route.raw and route.method in SAFE_METHODS and route.permission is not Permission.PUBLIC
]
Scene = tuple[World, Objects]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with house(tmp_path, live=True) as (world, objects):
        yield world, objects["agent"]


def address(world: World, route: Route, objects: Objects) -> str:
    return f"{world.base}{API_PREFIX}{objects.path(route)}"


async def statuses(person: Person, world: World, objects: Objects, routes: list[Route]) -> dict[str, int]:
    found = {}
    for route in routes:
        async with person.session.get(address(world, route, objects), headers={"Range": "bytes=2-"}) as answer:
            found[route.name] = answer.status
            if answer.status < 300:
                assert "no-store" in answer.headers["Cache-Control"], route.name
    return found


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


class Later:
    """Two hours on: a session that nobody used has come to its end."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=2)  # noqa: TID251 - beside the real clock


async def stay_away(world: World, person: Person) -> None:
    world.parts.sessions._clock = Later()


async def lose_the_right(world: World, person: Person) -> None:
    await change(world, {"role": "agent"})


ENDS = [sign_out, stay_away, lose_the_right, switch_off, new_password, sign_in_again]
OF_LINES = ["play_announcement", "play_unlabelled"]
OF_SUPERVISORS = ["play_recording", "show_peaks", "play_voicemail", "show_voicemail_peaks", *OF_LINES]
# Made by whoever asks, for themselves: tests/agent_ui/api/test_reports.py has who gets it.
OF_THEIR_MAKER = "download_export"


def test_these_are_all_files_that_the_server_gives() -> None:
    assert {route.name for route in FILES} == {
        *OF_SUPERVISORS,
        OF_THEIR_MAKER,
        "play_prompt",
        "play_music",
        "export_personal_data",
        "export_compliance",
        "download_staffing",
    }


@pytest.mark.parametrize("end", ENDS)
async def test_an_address_dies_with_the_session_that_it_was_read_in(
    end: Callable[[World, Person], Awaitable[None]], scene: Scene
) -> None:
    world, objects = scene
    person = await world.person("supervisor")
    routes = [route for route in FILES if route.name in OF_SUPERVISORS]
    assert set((await statuses(person, world, objects, routes)).values()) <= {200, 206}
    (cookie,) = [each.value for each in person.session.cookie_jar]
    await end(world, person)
    async with aiohttp.ClientSession(cookies={"callroom": cookie}) as session:
        thief = Person(session, world.base)
        assert set((await statuses(thief, world, objects, routes)).values()) == {401}


async def test_a_right_that_was_withdrawn_stays_so_in_the_next_session(scene: Scene) -> None:
    world, objects = scene
    routes = [route for route in FILES if route.name in OF_SUPERVISORS]
    await change(world, {"role": "agent"})
    person = await world.person("supervisor")
    assert await statuses(person, world, objects, routes) == {
        "play_recording": 403,
        "show_peaks": 403,
        "play_voicemail": 404,
        "show_voicemail_peaks": 404,
        **dict.fromkeys(OF_LINES, 403),
    }


async def test_an_export_is_made_when_it_is_asked_for_and_for_nobody_else(scene: Scene, tmp_path: Path) -> None:
    """No file of it is left behind that could be asked for later, and its address opens nothing for other roles."""
    world, objects = scene
    (export,) = [route for route in FILES if route.name == "export_personal_data"]
    admin, supervisor, agent = [await world.person(login) for login in ("admin", "supervisor", "agent")]
    before = files_in(tmp_path)
    async with admin.session.get(address(world, export, objects)) as answer:
        assert (answer.status, (await answer.read())[:2]) == (200, b"PK")
    assert files_in(tmp_path) <= before
    for person, status in ((supervisor, 403), (agent, 403), (world.stranger(), 401)):
        assert (await statuses(person, world, objects, [export]))["export_personal_data"] == status
    await sign_out(world, admin)
    assert (await statuses(admin, world, objects, [export]))["export_personal_data"] == 401


async def test_what_was_erased_or_has_expired_is_gone_for_everybody(scene: Scene) -> None:
    world, objects = scene
    admin = await world.person("admin")
    one = f"/customers/{objects.customer_id}"
    assert (await admin.call("GET", f"/recordings/{objects.recording_id}/audio"))[0] == 200
    status, answer = await admin.call("POST", f"{one}/erasure", {"confirm": "Customer of agent"})
    assert status == 200, answer
    assert (await admin.call("GET", f"{one}/personal-data"))[0] == 404
    for what in ("audio", "peaks"):
        status, answer = await admin.call("GET", f"/recordings/{objects.recording_id}/{what}")
        assert (status, answer["error"]["code"]) == (410, "recording_expired"), what
    assert (await admin.call("GET", f"/voicemails/{objects.voicemail_id}/audio"))[0] in {404, 410}

    kept = "00000000-0000-4000-8000-00000000000f"
    await world.parts.memory.recordings.save(RecordingDraft(kept, None, "purged", AT, None, 5.0, 10, f"{kept}.ogg"))
    (world.parts.config.recordings_folder / f"{kept}.ogg").write_bytes(b"still here")
    status, answer = await admin.call("GET", f"/recordings/{kept}/audio")
    assert (status, answer["error"]["code"]) == (410, "recording_expired"), "the row decides, not the disk"


async def test_a_guessed_id_is_answered_like_one_that_never_was(scene: Scene) -> None:
    world, objects = scene
    person = await world.person("agent")
    known = uuid.UUID(objects.recording_id)
    near = [uuid.UUID(int=known.int ^ (1 << bit)) for bit in range(0, 128, 8)]
    answers = set()
    for guess in [*near, *(uuid.uuid4() for _ in range(30))]:
        for what in ("audio", "peaks"):
            status, answer = await person.call("GET", f"/recordings/{guess}/{what}")
            answers.add((status, answer["error"]["code"]))
    for number in range(1000, 1030):
        status, answer = await person.call("GET", f"/voicemails/{number}/audio")
        answers.add((status, answer["error"]["code"]))
    assert answers == {(404, "not_found")}
