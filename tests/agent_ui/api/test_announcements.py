"""The library of announcements by API: uploads, what is refused, what has no label, and what is written down."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import FormData

from agent_ui.announcements.desk import Announcement
from cti.errors import AsteriskMissing
from dialer.listening.shelf import Shelf
from dialer.listening.wav import wav_of
from tests.agent_ui.world import Person, World
from tests.dialer.listening.sounds import on_a_line, silence, speech
from tests.ivr.sounds import wav

SAID = speech(1, 4.0)
LABEL = {"label": "off", "language": "zh", "carrier": "CM", "transcript": "您拨打的用户已关机"}


def form(data: bytes, **fields: str) -> FormData:
    made = FormData()
    for name, value in fields.items():
        made.add_field(name, value)
    made.add_field("file", data, filename="sound.wav")
    return made


def shelf(world: World) -> Shelf:
    return world.parts.announcements.ears.shelf


async def upload(person: Person, data: bytes, **fields: str) -> tuple[int, Any]:
    return await person.call("POST", "/announcements", data=form(data, **fields))


async def sorted_out(person: Person) -> Any:
    assert (await person.call("POST", "/announcements/unlabelled"))[0] == 202
    async with asyncio.timeout(120):
        while True:
            _, found = await person.call("GET", "/announcements/unlabelled")
            if found["state"] != "running":
                return found
            await asyncio.sleep(0.05)


async def deeds(world: World, action: str) -> list[Any]:
    admin = await world.person("admin")
    return (await admin.call("GET", f"/audit?action={action}"))[1]["items"]


async def test_a_recording_is_uploaded_heard_taken_out_and_put_back(world: World) -> None:
    boss = await world.person("supervisor")
    status, empty = await boss.call("GET", "/announcements")
    assert (status, empty["items"], empty["listening"]) == (200, [], False)
    status, made = await upload(boss, wav_of(SAID), **LABEL)
    assert (status, made["label"], made["length_s"], made["added_by"]) == (201, "off", 4.0, "Supervisor")
    assert {name: made[name] for name in LABEL} == LABEL
    assert made["id"].startswith("off-")
    path = f"/announcements/{made['id']}"
    status, sound = await boss.call("GET", f"{path}/audio")
    assert (status, sound) == (200, wav_of(SAID))
    assert (await boss.call("DELETE", path))[0] == 204
    assert (await boss.call("GET", "/announcements"))[1]["items"] == []
    assert (await boss.call("GET", f"{path}/audio"))[0] == 404
    for _ in range(2):
        status, back = await boss.call("POST", f"{path}/restore")
        assert (status, back) == (200, made)
    assert [one["object_id"] for one in await deeds(world, "announcement.restore")] == [made["id"]] * 2
    assert (await boss.call("POST", "/announcements/off-nothing/restore"))[0] == 404


async def test_what_cannot_be_used_is_refused_and_nothing_is_kept(world: World) -> None:
    boss = await world.person("supervisor")
    refused: list[tuple[bytes, dict[str, str], str]] = [
        (wav_of(SAID[:7_999]), LABEL, "invalid"),
        (wav_of(np.resize(SAID, 480_001)), LABEL, "invalid"),
        (b"junk", LABEL, "wrong_type"),
        (wav_of(SAID), {**LABEL, "label": "fax"}, "invalid"),
        (wav_of(SAID), {}, "invalid"),
        (wav_of(SAID), {**LABEL, "carrier": "x" * 101}, "invalid"),
        (wav_of(SAID), {**LABEL, "odd": "x"}, "invalid"),
        (wav(0.5), LABEL, "invalid"),
        (wav(61, rate_hz=8000, channels=1), LABEL, "invalid"),
        (wav_of(silence(3000)), LABEL, "announcement_faint"),
    ]
    for data, fields, code in refused:
        status, answer = await upload(boss, data, **fields)
        assert (status, answer["error"]["code"]) == (422, code)
    assert (await boss.call("GET", "/announcements"))[1]["items"] == []


@pytest.mark.parametrize(("lasts_s", "code", "limit"), [
    (0.1, "announcement_short", "1 s"), (0.5, "announcement_short", "1 s"),
    (61, "announcement_long", "60 s"), (121, "announcement_long", "60 s"),
])  # fmt: skip
async def test_the_limits_that_are_named_are_those_of_the_library(
    world: World, lasts_s: float, code: str, limit: str
) -> None:
    boss = await world.person("supervisor")
    _, answer = await upload(boss, wav(lasts_s, hz=50, rate_hz=250, channels=1), **LABEL)
    [field] = answer["error"]["fields"]
    assert (field["path"], field["code"]) == ("file", code)
    assert limit in field["message"]


async def test_the_same_sound_is_refused_with_the_names_of_both(world: World) -> None:
    boss = await world.person("supervisor")
    _, first = await upload(boss, wav_of(SAID), **LABEL)
    status, answer = await upload(boss, wav_of(SAID), **LABEL)
    assert (status, answer["error"]["code"]) == (409, "announcement_there")
    status, answer = await upload(boss, wav_of(on_a_line(SAID, 3, snr_db=30)), **{**LABEL, "label": "empty"})
    assert (status, answer["error"]["code"]) == (409, "same_audio")
    assert answer["error"]["used_by"] == [first["id"], "off", "empty"]
    assert [one["id"] for one in (await boss.call("GET", "/announcements"))[1]["items"]] == [first["id"]]


async def test_what_calls_heard_is_found_heard_by_name_and_labelled(world: World) -> None:
    boss = await world.person("supervisor")
    _, before = await boss.call("GET", "/announcements/unlabelled")
    assert (before["state"], before["kept"], before["newest_at"]) == ("none", 0, None)
    for number in range(3):
        shelf(world).keep(f"call-{number}", on_a_line(SAID, number, snr_db=25))
    found = await sorted_out(boss)
    assert (found["state"], found["kept"], found["keeps_days"]) == ("ready", 3, 30)
    (one,) = found["items"]
    assert (one["calls"], one["length_s"]) == (3, 4.0)
    path = f"/announcements/unlabelled/{one['name']}"
    assert (await boss.call("GET", f"{path}/audio"))[0] == 200
    assert [each["object_id"] for each in await deeds(world, "announcement.play")] == [one["name"]]
    assert (await boss.call("POST", f"{path}/label", {"label": "fax"}))[0] == 422
    status, made = await boss.call("POST", f"{path}/label", LABEL)
    assert (status, made["label"], made["source_call"], made["in_use"]) == (200, "off", one["name"], True)
    assert (await boss.call("GET", "/announcements/unlabelled"))[1]["items"] == []
    assert (await boss.call("POST", f"{path}/label", LABEL))[0] == 404
    assert (await boss.call("GET", f"/announcements/{made['id']}/audio"))[0] == 200
    played = [each["object_id"] for each in await deeds(world, "announcement.play")]
    assert sorted(played) == sorted([made["id"], one["name"]]), "it is a call's sound with a label, too"
    (added,) = await deeds(world, "announcement.add")
    assert added["object_id"] == made["id"]


async def test_while_calls_are_compared_nothing_is_labelled(world: World) -> None:
    boss = await world.person("supervisor")
    world.parts.announcements.sort()
    status, answer = await boss.call("POST", "/announcements/unlabelled/call-0/label", LABEL)
    assert (status, answer["error"]["code"]) == (409, "announcements_compared")


async def test_a_broken_library_says_which_file_it_is(world: World) -> None:
    boss = await world.person("supervisor")
    _, made = await upload(boss, wav_of(SAID), **LABEL)
    document = world.parts.config.home / "lines" / "prompts" / f"{made['id']}.toml"
    document.write_text(document.read_text() + 'carier = "x"\n')
    status, answer = await boss.call("GET", "/announcements")
    assert (status, answer["error"]["code"]) == (503, "library_broken")
    assert answer["error"]["used_by"] == [f"{made['id']}.toml: nobody knows carier"]
    await world.parts.announcements.ears.reload()
    assert str(world.parts.config.home) not in str(answer)


async def test_a_sound_that_was_deleted_by_hand_is_named_and_its_recording_can_be_taken_out(world: World) -> None:
    boss = await world.person("supervisor")
    _, made = await upload(boss, wav_of(SAID), **LABEL)
    path, file = f"/announcements/{made['id']}", f"{made['id']}.wav"
    (world.parts.config.home / "lines" / "prompts" / file).unlink()
    status, library = await boss.call("GET", "/announcements")
    assert (status, [one["length_s"] for one in library["items"]]) == (200, [0.0])
    status, answer = await boss.call("GET", f"{path}/audio")
    assert (status, answer["error"]["code"], answer["error"]["used_by"]) == (409, "announcement_gone", [file])
    assert "put it back, or remove the recording" in answer["error"]["message"]
    status, answer = await upload(boss, wav_of(speech(2, 4.0)), **LABEL)
    assert (status, answer["error"]["used_by"]) == (409, [file]), "nobody can say whether it is the same"
    assert world.parts.announcements.ears.trouble.startswith(f"{file}: is gone")
    assert (await boss.call("DELETE", path))[0] == 204
    assert (await boss.call("POST", f"{path}/restore"))[1]["error"]["used_by"] == [file]
    assert (await upload(boss, wav_of(speech(2, 4.0)), **LABEL))[0] == 201
    assert world.parts.announcements.ears.trouble == ""


class Voice:
    def speak(self, text: str, _language: str, target: Path) -> None:
        target.write_bytes(wav_of(speech(len(text), 3.0)))


async def test_a_library_begins_with_what_the_simulated_network_says(world: World) -> None:
    boss, desk = await world.person("supervisor"), world.parts.announcements
    desk._voice = Voice  # type: ignore[assignment]
    assert (await boss.call("GET", "/announcements"))[1]["has_starter"]
    status, library = await boss.call("POST", "/announcements/starter")
    assert (status, {one["label"] for one in library["items"]}) == (200, {"empty", "voicemail"})
    assert {one["added_by"] for one in library["items"]} == {"Supervisor"}
    assert len(await deeds(world, "announcement.add")) == 2


async def test_a_beginning_that_fails_halfway_leaves_nothing_that_is_not_written_down(world: World) -> None:
    boss, desk = await world.person("supervisor"), world.parts.announcements

    class Stammering(Voice):
        def __init__(self) -> None:
            self.spoken = 0

        def speak(self, text: str, language: str, target: Path) -> None:
            self.spoken += 1
            if self.spoken == 2:
                raise AsteriskMissing("espeak-ng is gone", "install it")
            super().speak(text, language, target)

    desk._voice = Stammering  # type: ignore[assignment]
    status, answer = await boss.call("POST", "/announcements/starter")
    assert (status, answer["error"]["code"]) == (503, "tool_missing")
    assert (await boss.call("GET", "/announcements"))[1]["items"] == []
    assert await deeds(world, "announcement.add") == []
    desk._voice = Voice  # type: ignore[assignment]
    _, library = await boss.call("POST", "/announcements/starter")
    written_down = {one["object_id"] for one in await deeds(world, "announcement.add")}
    assert (len(written_down), written_down) == (2, {one["id"] for one in library["items"]})


async def test_without_a_simulated_network_or_its_voice_that_is_said(world: World) -> None:
    boss, desk = await world.person("supervisor"), world.parts.announcements

    def missing() -> Voice:
        raise AsteriskMissing("espeak-ng is not installed", "Run `callroom asterisk install`.")

    desk._voice = missing  # type: ignore[assignment]
    status, answer = await boss.call("POST", "/announcements/starter")
    assert (status, answer["error"]["code"]) == (503, "tool_missing")
    desk._voice = None
    assert not (await boss.call("GET", "/announcements"))[1]["has_starter"]
    status, answer = await boss.call("POST", "/announcements/starter")
    assert (status, answer["error"]["code"]) == (409, "no_simulator")


async def test_agents_have_no_part_in_it(world: World) -> None:
    agent = await world.person("agent")
    for method, path in (
        ("GET", ""), ("POST", ""), ("POST", "/starter"), ("GET", "/unlabelled"), ("POST", "/unlabelled"),
        ("GET", "/unlabelled/a/audio"), ("POST", "/unlabelled/a/label"), ("GET", "/a/audio"), ("DELETE", "/a"),
        ("POST", "/a/restore"),
    ):  # fmt: skip
        assert (await agent.call(method, f"/announcements{path}"))[0] == 403


async def test_what_another_page_takes_out_meanwhile_is_not_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, desk = await world.person("supervisor"), world.parts.announcements
    _, made = await upload(boss, wav_of(SAID), **LABEL)
    await desk.remove(made["id"])
    real = desk.all

    async def after_the_other() -> list[Announcement]:
        await desk.remove(made["id"])
        return await real()

    monkeypatch.setattr(desk, "all", after_the_other)
    assert (await boss.call("POST", f"/announcements/{made['id']}/restore"))[0] == 404
