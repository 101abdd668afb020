"""Recordings: who may listen, ranges, states, and the trace that listening leaves."""

from datetime import UTC, datetime

import pytest

from crm_core.audit import AuditFilter
from crm_core.recordings import RecordingDraft
from tests.agent_ui.world import World

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
KEY = "00000000-0000-4000-8000-000000000001"


async def record(world: World, state: str = "ready", path: str | None = f"2026/11/{KEY}.ogg") -> None:
    folder = world.parts.config.recordings_folder / "2026" / "11"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{KEY}.ogg").write_bytes(b"0123456789")
    (folder / f"{KEY}.peaks.json").write_text('{"duration_s": 5.0, "channels": [[0.1], [0.2]]}')
    draft = RecordingDraft(KEY, None, state, AT, world.users["agent"].id, 5.0, 10, path)
    await world.parts.memory.recordings.save(draft)


async def test_ones_own_and_supervisors_may_listen(world: World) -> None:
    await record(world)
    for login, status in (("agent", 200), ("supervisor", 200), ("admin", 200), ("agent2", 403)):
        person = await world.person(login)
        assert (await person.call("GET", f"/recordings/{KEY}/audio"))[0] == status, login
        assert (await person.call("GET", f"/recordings/{KEY}/peaks"))[0] == status, login
        _, page = await person.call("GET", "/recordings")
        assert len(page["items"]) == (status == 200)
    log = await world.parts.memory.audit.page(AuditFilter(action="recording.play"))
    assert {row.user_name for row in log.items} == {"Agent", "Supervisor", "Admin"}


async def test_a_player_asks_in_ranges_and_is_audited_once(world: World) -> None:
    await record(world)
    person = await world.person("agent")
    for value, content in (("bytes=0-3", b"0123"), ("bytes=4-", b"456789")):
        status, body = await person.call("GET", f"/recordings/{KEY}/audio", headers={"Range": value})
        assert (status, body) == (206, content)
    log = await world.parts.memory.audit.page(AuditFilter(action="recording.play"))
    assert len(log.items) == 1
    _, peaks = await person.call("GET", f"/recordings/{KEY}/peaks")
    assert (peaks["channels"], peaks["pauses"]) == ([[0.1], [0.2]], [])


@pytest.mark.parametrize("value", ["bytes=1-", "bytes=-9"])
async def test_who_leaves_the_first_byte_out_is_audited_too(world: World, value: str) -> None:
    await record(world)
    person = await world.person("agent")
    assert (await person.call("GET", f"/recordings/{KEY}/audio", headers={"Range": value}))[0] == 206
    assert len((await world.parts.memory.audit.page(AuditFilter(action="recording.play"))).items) == 1


@pytest.mark.parametrize("value", ["bytes=5-2", "bytes=0-1,2-3", "bytes=abc", "items=0-1", "bytes=99-"])
async def test_a_nonsense_range_is_refused(world: World, value: str) -> None:
    await record(world)
    person = await world.person("agent")
    assert (await person.call("GET", f"/recordings/{KEY}/audio", headers={"Range": value}))[0] == 416


async def test_what_cannot_be_played_says_why(world: World) -> None:
    person = await world.person("supervisor")
    cases = (("recording", 404, "processing"), ("failed", 410, "damaged"), ("purged", 410, "expired"))
    for state, status, word in cases:
        await record(world, state)
        answer = await person.call("GET", f"/recordings/{KEY}/audio")
        assert (answer[0], answer[1]["error"]["code"]) == (status, f"recording_{word}")
    for path in (None, "../../secrets.toml", "/etc/passwd", "2026/11/none.ogg"):
        await record(world, "ready", path)
        answer = await person.call("GET", f"/recordings/{KEY}/audio")
        assert (answer[0], answer[1]["error"]["code"]) == (410, "recording_damaged"), path
    assert (await person.call("GET", "/recordings/none/audio"))[0] == 404
