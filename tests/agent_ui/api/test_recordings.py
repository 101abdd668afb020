"""Recordings: who may listen, ranges, states, and the trace that listening leaves."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crm_core.audit import AuditFilter
from crm_core.recordings import RecordingDraft
from tests.agent_ui.world import Person, World

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


async def heard(person: Person, value: str | None = None, **headers: str) -> bytes:
    ranged = {} if value is None else {"Range": f"bytes={value}"}
    status, body = await person.call("GET", f"/recordings/{KEY}/audio", headers={**ranged, **headers})
    assert status in {200, 206}
    return bytes(body)


async def entries(world: World) -> int:
    return len((await world.parts.memory.audit.page(AuditFilter(action="recording.play"))).items)


async def test_a_player_asks_in_ranges_and_is_audited_once(world: World) -> None:
    await record(world)
    person = await world.person("agent")
    pieces = [await heard(person, value) for value in ("0-3", "4-6", "7-")]
    assert (pieces, await entries(world)) == ([b"0123", b"456", b"789"], 1)
    _, peaks = await person.call("GET", f"/recordings/{KEY}/peaks")
    assert (peaks["channels"], peaks["pauses"]) == ([[0.1], [0.2]], [])


@pytest.mark.parametrize("value", ["1-", "-9"])
async def test_who_leaves_the_first_byte_out_is_audited_too(world: World, value: str) -> None:
    await record(world)
    person = await world.person("agent")
    assert await heard(person, value) == b"123456789"
    assert await entries(world) == 1


async def test_what_was_heard_is_audited_when_it_is_heard_again(world: World) -> None:
    await record(world)
    person = await world.person("agent")
    for count, value in enumerate((None, "1-", "1-", "0-3", "5-", "-3", "9-"), start=1):
        await heard(person, value)
        assert await entries(world) == count, value


async def test_a_piece_that_becomes_the_whole_is_audited(world: World) -> None:
    await record(world)
    person = await world.person("agent")
    await heard(person, "0-3")
    for count, value in ((2, "4-"), (3, "abc")):
        assert await heard(person, value, **{"If-Range": "Thu, 01 Jan 1970 00:00:00 GMT"}) == b"0123456789"
        assert await entries(world) == count


async def test_another_session_of_the_same_person_is_audited_by_itself(world: World) -> None:
    await record(world)
    first, second = await world.person("agent"), await world.person("agent")
    await heard(first, "0-3")
    await heard(second, "4-")
    assert await entries(world) == 2


async def test_what_cannot_be_written_down_is_not_heard(world: World) -> None:
    await record(world)
    person = await world.person("agent")

    async def rename(name: str, other: str) -> None:
        change = text(f"ALTER TABLE {name} RENAME TO {other}")
        await world.parts.memory.database.write(lambda connection: connection.execute(change))

    await heard(person, "0-3")
    await rename("audit_log", "away")
    for value in ("bytes=0-", "bytes=1-", "bytes=1-"):
        status, answer = await person.call("GET", f"/recordings/{KEY}/audio", headers={"Range": value})
        assert (status, answer["error"]["code"]) == (503, "database_unavailable"), value
    await rename("away", "audit_log")
    assert await heard(person, "1-") == b"123456789"
    assert await entries(world) == 2


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


async def test_files_are_read_beside_the_loop_that_carries_calls(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await record(world)
    person, readers = await world.person("agent"), []
    read, is_file = Path.read_text, Path.is_file

    def watched_read(path: Path, *args: Any, **kwargs: Any) -> str:
        readers.append(threading.current_thread())
        return read(path, *args, **kwargs)

    def watched_look(path: Path) -> bool:
        readers.append(threading.current_thread())
        return is_file(path)

    monkeypatch.setattr(Path, "read_text", watched_read)
    monkeypatch.setattr(Path, "is_file", watched_look)
    for what in ("peaks", "audio"):
        assert (await person.call("GET", f"/recordings/{KEY}/{what}"))[0] == 200
    assert len(readers) >= 3
    assert threading.main_thread() not in readers
