import numpy as np
import pytest

from dialer.listening.talking import DEPTHS_DB, smooth_db, talk, turns

HELLO_THEN_HELLO = "....######.....................########.........."


def marks(text: str) -> np.ndarray:
    return np.array([each == "#" for each in text])


def levels(text: str, quiet: float) -> np.ndarray:
    return np.where(marks(text), 4000.0, quiet).astype(np.float32)


def test_turns_and_the_pause_between_them():
    assert turns(marks(HELLO_THEN_HELLO)) == pytest.approx([0.08, 0.28, 2, 0.16, 0.12, 0.16, 0.42, 0.2])


def test_a_stop_inside_of_a_word_is_no_pause():
    assert turns(marks("##########.........#####")) == pytest.approx([0.0, 0.3, 1, 0.48, 0.48, 0.48, 0.0, 0.0])


def test_nobody_talks():
    assert turns(marks("....")) == pytest.approx([0.08, 0, 0, 0, 0, 0, 0, 0.08])


def test_the_level_is_of_a_tenth_of_a_second():
    db = smooth_db(levels("..........#..........", 0.0))
    assert db[10] == pytest.approx(20 * np.log10(4000) - 10 * np.log10(5), abs=0.1)
    assert db[7] == pytest.approx(0.0, abs=0.1)


def test_other_voices_12_db_below_are_talk_at_one_depth_and_none_at_another():
    text = "..........####################.............................."
    level = levels(text, 1000.0)
    found = talk(level, np.zeros(len(level), np.float32), 0.45)
    spoken_s = dict(zip(DEPTHS_DB, found[2 : 2 + 8 * len(DEPTHS_DB) : 8], strict=True))
    assert spoken_s[6.0] == pytest.approx(0.4, abs=0.09)
    assert spoken_s[15.0] == pytest.approx(1.2)
    passed_s = dict(zip(DEPTHS_DB, found[8 : 8 * len(DEPTHS_DB) + 1 : 8], strict=True))
    assert passed_s[6.0] == pytest.approx(0.6, abs=0.05)
    assert passed_s[15.0] == 0.0


def test_what_has_a_pitch_is_told_apart_from_noise_as_loud():
    text = "####################" * 2
    like = np.where(np.arange(38) < 20, 0.9, 0.1).astype(np.float32)
    found = talk(levels(text, 10.0), like, 0.45)
    voiced = found[1 + 8 * 4 : 1 + 8 * 5]
    assert voiced[1] == pytest.approx(0.4)
    assert voiced[-1] == pytest.approx(0.4)


def test_syllables_in_all_and_since_the_last_pause():
    syllable = "########...."
    text = "..........." + syllable * 3 + "." * 20 + syllable * 2 + "." * 5
    level = levels(text, 900.0)
    assert talk(level, np.zeros(len(level), np.float32), 0.45)[-2:] == [5.0, 2.0]


def test_syllables_without_a_pause_are_all_of_the_last_turn():
    level = levels("########....########....", 1600.0)
    assert talk(level, np.zeros(len(level), np.float32), 0.45)[-2:] == [2.0, 2.0]
