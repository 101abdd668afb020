"""The program that sorts sounds without a label, as the pages run it."""

import io
from pathlib import Path

import msgspec

from dialer.listening.shelf import Shelf
from dialer.listening.sorter import SorterTold, main
from dialer.listening.wav import wav_of
from tests.dialer.listening.sounds import on_a_line, speech

UNKNOWN, KNOWN = speech(1, 4.0), speech(2, 4.0)


def told(folder: Path) -> list[SorterTold]:
    out = io.BytesIO()
    main(folder, out)
    return [msgspec.json.decode(line, type=SorterTold) for line in out.getvalue().splitlines()]


def test_it_says_how_far_it_is_and_what_it_found(tmp_path: Path):
    shelf = Shelf(tmp_path / "lines")
    assert told(tmp_path / "lines") == [SorterTold(1.0, ())]
    (tmp_path / "known.wav").write_bytes(wav_of(KNOWN))
    # an id may be that of a call
    shelf.add("call-0", "other", tmp_path / "known.wav")
    for number in range(3):
        shelf.keep(f"call-{number}", on_a_line(UNKNOWN, number, snr_db=25))
    shelf.keep("call-3", on_a_line(KNOWN, 4, snr_db=25))
    *on_the_way, last = told(tmp_path / "lines")
    assert [one.done_ratio for one in on_the_way] == [0.25, 0.5, 0.75, 1.0]
    assert all(one.clusters is None for one in on_the_way)
    assert last == SorterTold(1.0, (("call-0", "call-1", "call-2"),), ("call-3",))
