"""The library as pages change it, while lines are listened to: sounds come by the socket, as Asterisk brings them."""

import asyncio
import errno
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from agent_ui.announcements.desk import AnnouncementDesk
from agent_ui.announcements.sorting import SortingState
from agent_ui.apart import INTERNAL
from cti.tasks import TaskSet
from dialer.domain.who_answered import MachineTerms
from dialer.ears import Ears
from dialer.errors import NoSuchPrompt, SameAudioTwice
from dialer.listening.wav import wav_of
from tests.dialer.listening.sounds import cat, on_a_line, silence, speech
from tests.dialer.test_ears import Told, speak

NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)
SAID = speech(1, 4.0)


@pytest.fixture
async def tasks() -> AsyncIterator[TaskSet]:
    kept = TaskSet()
    yield kept
    await kept.aclose()


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Ears]:
    made = Ears(tmp_path / "lines", lambda: NOON)
    async with made.open():
        yield made


@pytest.fixture
def desk(ears: Ears, tasks: TaskSet) -> AnnouncementDesk:
    return AnnouncementDesk(ears, lambda: NOON, tasks)


async def heard(ears: Ears, samples: np.ndarray) -> Told:
    """One call's early media."""
    attempt_id, told = str(uuid.uuid4()), Told()
    ears.expect(attempt_id, MachineTerms(), told)
    await speak(ears, attempt_id, samples)
    async with asyncio.timeout(60):
        while attempt_id in ears._server._expected | ears._server._open:
            await asyncio.sleep(0.01)
    ears.end(attempt_id)
    await ears.keeper.write()
    return told


async def sorted_out(desk: AnnouncementDesk) -> None:
    desk.sort()
    async with asyncio.timeout(120):
        while desk.sorting.state is SortingState.RUNNING:
            await asyncio.sleep(0.02)


async def test_what_three_calls_heard_is_labelled_once_and_the_next_call_knows_it(
    desk: AnnouncementDesk, ears: Ears
) -> None:
    for number in range(3):
        told = await heard(ears, on_a_line(cat(silence(300 * number), SAID), number, snr_db=25))
        assert told.events == []
    await heard(ears, speech(50, 4.0))
    assert len(await desk.kept()) == 4
    await sorted_out(desk)
    (found,) = await desk.unlabelled()
    assert (found.calls, found.first_at, found.last_at) == (3, NOON, NOON)
    assert (await desk.unlabelled_sound(found.name)).is_file()
    prompt = await desk.label(found.name, "empty", {"reviewed_by": "Ann", "carrier": "CM"})
    assert (prompt.label, prompt.source_call, prompt.reviewed_by) == ("empty", found.name, "Ann")
    assert (await desk.unlabelled(), len(await desk.kept())) == ([], 1)
    told = await heard(ears, on_a_line(SAID, 9, snr_db=25))
    assert len(told.events) == 1, "without a restart"
    (one,) = await desk.all()
    assert (one.prompt, one.heard.calls, one.heard.last_on) == (prompt, 1, NOON.date())
    assert len(await desk.kept()) == 1, "what is known is not kept"


async def test_what_is_no_announcement_is_offered_no_more(desk: AnnouncementDesk, ears: Ears) -> None:
    for number in range(3):
        ears.shelf.keep(f"call-{number}", on_a_line(SAID, number, snr_db=25))
    await sorted_out(desk)
    (found,) = await desk.unlabelled()
    await desk.label(found.name, "other", {})
    for number in range(3, 6):
        ears.shelf.keep(f"call-{number}", on_a_line(SAID, number, snr_db=25))
    await sorted_out(desk)
    assert (await desk.unlabelled(), await desk.kept()) == ([], [])


async def test_a_label_that_another_recording_of_that_sound_contradicts_changes_nothing(
    desk: AnnouncementDesk, ears: Ears
) -> None:
    for number in range(3):
        ears.shelf.keep(f"call-{number}", on_a_line(SAID, number, snr_db=25))
    await sorted_out(desk)
    added = await desk.add("empty", wav_of(SAID), {})
    with pytest.raises(SameAudioTwice) as refused:
        await desk.label("call-0", "off", {})
    assert refused.value.first == added.id
    assert [one.prompt.id for one in await desk.all()] == [added.id]
    assert [one.name for one in await desk.unlabelled()] == ["call-0"]


async def test_a_recording_is_taken_out_of_the_listener_and_put_back(desk: AnnouncementDesk, ears: Ears) -> None:
    added = await desk.add("empty", wav_of(SAID), {})
    version = ears.version
    assert (await desk.sound(added.id))[1].is_file()
    await desk.remove(added.id)
    assert (await heard(ears, SAID)).events == []
    await desk.restore(added.id)
    assert ears.version == version
    assert len((await heard(ears, SAID)).events) == 1


async def test_what_is_not_there_is_said(desk: AnnouncementDesk, ears: Ears) -> None:
    with pytest.raises(NoSuchPrompt):
        await desk.unlabelled_sound("call-0")
    with pytest.raises(NoSuchPrompt):
        await desk.add_starter({})
    desk.sorting.groups = (("call-0", "call-1", "call-2"),)
    with pytest.raises(NoSuchPrompt):
        await desk.unlabelled_sound("call-0")
    assert await desk.unlabelled() == []


async def test_a_look_that_fails_says_so_and_is_begun_again(ears: Ears, tasks: TaskSet) -> None:
    for program in ("import sys; sys.exit(1)", "print('junk')", "pass"):
        desk = AnnouncementDesk(ears, lambda: NOON, tasks, program=("-c", program))
        await sorted_out(desk)
        assert (desk.sorting.state, desk.sorting.error) == (SortingState.FAILED, INTERNAL)
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    desk = AnnouncementDesk(ears, lambda: NOON, tasks, program=("-c", killed))
    await sorted_out(desk)
    assert desk.sorting.error == "too_much"
    await sorted_out(desk)
    assert desk.sorting.state is SortingState.FAILED


class Voice:
    """Says one thing, and fails at the next."""

    said = False

    def speak(self, _text: str, _language: str, target: Path) -> None:
        if self.said:
            raise OSError(errno.ENOSPC, "No space left on device")
        target.write_bytes(wav_of(SAID))
        self.said = True


async def test_a_beginning_that_fails_halfway_is_none(ears: Ears, tasks: TaskSet) -> None:
    desk = AnnouncementDesk(ears, lambda: NOON, tasks, Voice)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="No space"):
        await desk.add_starter({})
    assert await desk.all() == []


async def test_what_came_before_a_failure_is_listened_for(
    ears: Ears, desk: AnnouncementDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        ears.shelf.keep(f"call-{number}", on_a_line(SAID, number, snr_db=25))
    await sorted_out(desk)
    (found,) = await desk.unlabelled()

    def full(_calls: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ears.shelf.unmatched, "drop", full)
    with pytest.raises(OSError, match="No space"):
        await desk.label(found.name, "empty", {})
    (one,) = await desk.all()
    assert len((await heard(ears, on_a_line(SAID, 9, snr_db=25))).events) == 1, one.prompt.id
    assert len((await heard(ears, on_a_line(SAID, 1, snr_db=25))).events) == 1
