from dataclasses import replace

import pytest

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.errors import InUse, Invalid, NotFound
from crm_core.music import Music
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from cti.domain.values import MUSIC_CLASSES
from tests.crm_core.conftest import HandClock


async def test_a_piece_that_a_line_plays_stays_and_one_that_was_deleted_comes_back(
    database: Database, clock: HandClock, by: Actor
) -> None:
    music, queues = Music(database, clock), Queues(database, clock)
    music_class = await music.free_class("Spring")
    piece = await music.put(music_class, " Spring   song ", 61.5, by)
    assert (piece.name, piece.duration_s, piece.music_class) == ("Spring song", 61.5, MUSIC_CLASSES[0])
    draft = QueueDraft("Sales", music_class=music_class)
    line = await queues.add(draft, by)
    with pytest.raises(InUse, match="Sales"):
        await music.remove(piece.id, by)
    await queues.save(line.id, None, replace(draft, music_class="default"), by)
    await music.remove(piece.id, by)
    assert await music.all() == ()
    with pytest.raises(NotFound):
        await music.remove(piece.id, by)
    assert await music.restore(piece.id, by) == replace(piece, removed_at=None)
    with pytest.raises(NotFound):
        await music.restore(piece.id, by)
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="music"))
    assert [entry.action for entry in page.items] == ["music.restore", "music.remove", "music.add"]


async def test_the_class_of_what_was_deleted_first_is_taken_last_of_all(
    database: Database, clock: HandClock, by: Actor
) -> None:
    music = Music(database, clock)
    pieces = []
    for number in range(len(MUSIC_CLASSES)):
        pieces.append(await music.put(await music.free_class("x"), f"piece {number}", 1.0, by))
    with pytest.raises(Invalid) as full:
        await music.free_class("x")
    assert full.value.problems[0].code == "too_many"
    for piece in (pieces[5], pieces[3]):
        clock.advance(seconds=1)
        await music.remove(piece.id, by)
    assert await music.free_class("x") == pieces[5].music_class
    await music.put(pieces[5].music_class, "new", 2.0, by)
    with pytest.raises(NotFound):
        await music.restore(pieces[5].id, by)


async def test_a_piece_has_a_name(database: Database, clock: HandClock) -> None:
    with pytest.raises(Invalid):
        await Music(database, clock).free_class("  ")
