"""Waiting music over HTTP."""

from aiohttp import FormData

from tests.agent_ui.world import World
from tests.ivr.sounds import wav


def upload(data: bytes, name: str) -> FormData:
    form = FormData()
    form.add_field("name", name)
    form.add_field("file", data, filename="music.wav")
    return form


async def test_music_is_taken_heard_played_by_a_queue_and_deleted(world: World) -> None:
    admin = await world.person("admin")
    status, made = await admin.call("POST", "/music", data=upload(wav(2), "Spring"))
    assert (status, made["name"], made["duration_s"], made["queues"]) == (201, "Spring", 2.0, [])
    path = f"/music/{made['id']}"
    status, body = await admin.call("GET", f"{path}/audio")
    assert (status, body[:4]) == (200, b"RIFF")
    assert (await admin.call("PATCH", "/queues/1", {"music_class": made["music_class"]}))[0] == 200
    _, listed = await admin.call("GET", "/music")
    assert [(one["name"], one["queues"]) for one in listed["items"]] == [("Spring", ["Sales"])]
    assert (await admin.call("DELETE", path))[1]["error"]["code"] == "in_use"
    assert (await admin.call("PATCH", "/queues/1", {"music_class": "default"}))[0] == 200
    assert (await admin.call("DELETE", path))[0] == 204
    assert (await admin.call("GET", f"{path}/audio"))[0] == 404
    assert (await admin.call("POST", f"{path}/restore"))[1]["name"] == "Spring"
    assert (await admin.call("GET", f"{path}/audio"))[1] == body


async def test_what_cannot_be_used_is_refused(world: World) -> None:
    admin = await world.person("admin")
    for data, name, code in ((b"junk", "x", "music_wrong_type"), (wav(1), " ", "invalid")):
        status, answer = await admin.call("POST", "/music", data=upload(data, name))
        assert (status, answer["error"]["code"]) == (422, code)
    assert (await admin.call("GET", "/music"))[1]["items"] == []
    assert (await admin.call("POST", "/music/9/restore"))[0] == 404
