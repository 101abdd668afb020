"""One person's data, handed out and erased by API and command line; then the whole home folder is searched."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_ui.__main__ import main
from agent_ui.commands.privacy import open_dossier
from crm_core.audit import SYSTEM
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.errors import CustomerBusy
from crm_core.messages import MessageDraft
from crm_core.recordings import RecordingDraft
from cti.domain.facts import CallEnded, CallStarted
from cti.domain.values import Caller, EndReason
from tests.agent_ui.world import World, running_world
from tests.numbers import spellings

NUMBER, NAME = "+8613677778888", "欧阳钟离"
REC = "5f1c1234-5678-4123-8123-123456789012"
SOUND = b"OggS" + bytes(range(256)) * 3000


async def person(world: World) -> int:
    """A customer with a call, its recording, a voicemail, and traces in the spools."""
    boss, config, memory = await world.person("supervisor"), world.parts.config, world.parts.memory
    body = {"name": NAME, "notes": "rings from 136 7777 8888", "phones": [{"number": NUMBER}]}
    customer_id: int = (await boss.call("POST", "/customers", body))[1]["id"]
    now = world.parts.clock.now()
    facts = (
        CallStarted("c1", "n1-leg", "n1", Caller(NUMBER, NAME), "4001", now - timedelta(minutes=5)),
        CallEnded("c1", EndReason.CALLER_HUNG_UP, 16, None, None, 1.0, 2.0),
    )
    for place, fact in enumerate(facts):
        entry = Entry(f"c1-{place}", place, now, fact)
        await memory.database.write(lambda connection, entry=entry: write_group(connection, [entry]))
    await memory.calls.link("c1", customer_id, SYSTEM)
    await memory.recordings.save(
        RecordingDraft(
            REC, "c1", "ready", now, None, 9.0, len(SOUND), f"2026/11/{REC}.ogg", f"2026/11/{REC}.peaks.json"
        )
    )
    draft = MessageDraft(key="v1", kind="voicemail", at=now, number=NUMBER, call_id="c1", path="v1.wav", duration_s=3)
    await memory.messages.add(draft)
    lay_files(config.recordings_folder, config.home)
    await boss.call("POST", f"/customers/{customer_id}/notes", {"text": f"{NAME} said: 13677778888"})
    return customer_id


def lay_files(recordings: Path, home: Path) -> None:
    for path, content in {
        recordings / f"2026/11/{REC}.ogg": SOUND,
        recordings / f"2026/11/{REC}.peaks.json": b"{}",
        recordings / f"incoming/{REC}.raw": b"raw",
        home / "voicemails/v1.wav": b"RIFF" + b"v" * 500_000,
        home / "spool/diary/rejected.jsonl": (
            json.dumps({"fact": {"caller": {"number": NUMBER}}})
            + "\n"
            + json.dumps({"fact": {"call_id": "other"}})
            + "\n"
        ).encode(),
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def broken_in_spool(world: World) -> list[Path]:
    folder = world.parts.dossier._spools[1]
    folder.mkdir(parents=True, exist_ok=True)
    found = [folder / f"{name}.{kind}" for name in ("a", "b") for kind in ("json", "wav")]
    for path in found:
        number = "13677778888" if path.stem == "a" else "13900000000"
        path.write_text(json.dumps({"caller_number": number}) if path.suffix == ".json" else number)
    (folder / "torn.json").write_text('{"caller_number": "+8613677778888')
    return found


def searched(home: Path) -> list[str]:
    """Every file of the installation, whole."""
    traces = [NAME, *spellings(NUMBER)]
    return [
        f"{trace} in {path.relative_to(home)}"
        for path in sorted(home.rglob("*"))
        if path.is_file()
        for content in [path.read_bytes()]
        for trace in traces
        if trace.encode() in content
    ]


async def test_a_copy_of_everything_is_handed_out(world: World) -> None:
    customer_id, admin = await person(world), await world.person("admin")
    path = f"/customers/{customer_id}/personal-data"
    status, body = await admin.call("GET", path)
    assert status == 200
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.testzip() is None
    assert archive.read(f"recordings/{REC}.ogg") == SOUND
    assert len(archive.read("voicemails/1.wav")) == 500_004
    document = json.loads(archive.read("data.json"))
    assert document["customer"]["name"] == NAME
    assert [call["number"] for call in document["calls"]] == [NUMBER]
    assert {row["kind"] for row in document["timeline"]} >= {"call", "note", "voicemail"}
    assert "customer.note" in [row["action"] for row in document["audit"]]
    assert "'+8613677778888" in archive.read("customer.csv").decode()
    assert NAME in archive.read("index.html").decode()
    assert not [name for name in archive.namelist() if NAME in name or "13677778888" in name]
    _, trail = await admin.call("GET", "/audit", params={"action": "customer.export"})
    assert [entry["object_id"] for entry in trail["items"]] == [str(customer_id)]
    for login in ("agent", "supervisor"):
        assert (await (await world.person(login)).call("GET", path))[0] == 403
    assert (await admin.call("GET", "/customers/999/personal-data"))[1]["error"]["code"] == "not_found"


async def test_erased_means_that_the_whole_home_folder_holds_nothing(tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        customer_id, admin = await person(world), await world.person("admin")
        broken = broken_in_spool(world)
        assert len(searched(tmp_path)) > 10
        path = f"/customers/{customer_id}/erasure"
        assert (await admin.call("POST", path, {"confirm": "somebody"}))[1]["error"]["code"] == "not_confirmed"
        await admin.call("PUT", f"/customers/{customer_id}/hold", {"reason": "case 17"})
        assert (await admin.call("GET", f"/customers/{customer_id}"))[1]["hold_reason"] == "case 17"
        boss = await world.person("supervisor")
        assert (await boss.call("GET", f"/customers/{customer_id}"))[1]["hold_reason"] == ""
        assert (await boss.call("POST", path, {"confirm": NAME}))[0] == 403
        assert (await admin.call("POST", path, {"confirm": NAME}))[1]["error"]["code"] == "legal_hold"
        await admin.call("PUT", f"/customers/{customer_id}/hold", {"reason": ""})
        world.telephony.floor.views["call:now"] = {"customer_id": customer_id}
        assert (await admin.call("POST", path, {"confirm": NAME}))[1]["error"]["code"] == "customer_busy"
        del world.telephony.floor.views["call:now"]
        assert len(searched(tmp_path)) > 10, "nothing was erased by what was refused"

        status, counts = await admin.call("POST", path, {"confirm": NAME})
        assert (status, counts["calls"], counts["recordings"], counts["messages"]) == (200, 1, 1, 1)
        # audio, waveform, raw sound, voicemail, a line of the rejected, three files of the quarantine
        assert counts["files"] == 8
        assert searched(tmp_path) == []
        assert [path.exists() for path in broken] == [False, False, True, True]
        assert (tmp_path / "spool/diary/rejected.jsonl").read_text().count("\n") == 1
        assert (await admin.call("GET", f"/customers/{customer_id}"))[0] == 404
        _, calls = await admin.call("GET", "/calls")
        assert [(call["id"], call["number"], call["talked_s"]) for call in calls["items"]] == [("c1", None, 2.0)]
        _, audio = await admin.call("GET", f"/recordings/{REC}/audio")
        assert audio["error"]["code"] == "recording_expired"
    assert searched(tmp_path) == []


async def test_what_the_diary_has_not_written_yet_is_waited_for(world: World) -> None:
    customer_id = await person(world)
    segment = world.parts.dossier._spools[2] / "segment-00000001.jsonl"
    segment.write_text(json.dumps({"fact": {"caller": {"number": NUMBER}}}) + "\n")
    with pytest.raises(CustomerBusy):
        await world.parts.dossier.erase(customer_id, SYSTEM)
    segment.write_text(json.dumps({"fact": {"call_id": "other"}}) + "\n")
    await world.parts.dossier.erase(customer_id, SYSTEM)
    assert segment.exists()


async def test_no_path_leads_out_of_the_folders(world: World) -> None:
    customer_id = await person(world)
    outside = world.parts.config.home / "secrets-of-others.wav"
    outside.write_bytes(b"x")
    draft = MessageDraft(
        key="evil", kind="voicemail", at=world.parts.clock.now(), number=NUMBER, path="../secrets-of-others.wav"
    )
    await world.parts.memory.messages.add(draft)
    pieces = await world.parts.dossier.export(customer_id, SYSTEM)
    archive = zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in pieces])))
    assert not [name for name in archive.namelist() if name.endswith("/2.wav")]
    await world.parts.dossier.erase(customer_id, SYSTEM)
    assert outside.exists()


async def _prepare(home: Path) -> int:
    async with running_world(home) as world:
        return await person(world)


def test_the_command_line_does_both(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    import asyncio  # noqa: PLC0415 - the command makes a loop of its own

    home = tmp_path / "home"
    home.mkdir()
    customer_id = str(asyncio.run(_prepare(home)))
    monkeypatch.setenv("CALLROOM_HOME", str(home))
    target = tmp_path / "copy.zip"
    assert main(["privacy", "export", customer_id, str(target)]) == 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert NAME.encode() in zipfile.ZipFile(target).read("data.json")
    assert main(["privacy", "export", customer_id, str(target)]) == 1, "never over a file that is there"
    assert main(["privacy", "erase", customer_id, "--confirm", "somebody"]) == 1
    assert searched(home)
    capsys.readouterr()
    assert main(["privacy", "erase", customer_id, "--confirm", NAME]) == 0
    assert "1 calls" in capsys.readouterr().out
    assert searched(home) == []
    assert main(["privacy", "erase", customer_id, "--confirm", NAME]) == 1


def test_the_folders_are_those_of_the_installation(world: World) -> None:
    config = world.parts.config
    dossier = open_dossier(config, world.parts.memory)
    assert dossier._spools[2] == config.home / "spool" / "diary"


async def test_what_was_heard_on_their_lines_is_erased_and_of_others_not(world: World) -> None:
    customer_id, dossier = await person(world), world.parts.dossier
    lines = world.parts.config.home / "lines" / "unmatched"
    lines.mkdir(parents=True)
    for name in ("theirs", "another"):
        (lines / f"{name}.wav").write_bytes(b"RIFF")
    data = await world.parts.memory.privacy.check_erasable(customer_id)
    dossier._erase_files(
        replace(data, attempts=[{"attempt_id": one, "number_key": NUMBER} for one in ("theirs", "silent")])
    )
    assert [file.name for file in lines.iterdir()] == ["another.wav"]
