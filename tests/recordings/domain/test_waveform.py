from hypothesis import given
from hypothesis import strategies as st

from recordings.domain.waveform import peaks

SAMPLES = st.lists(st.integers(-32768, 32767), max_size=300)


def test_each_piece_gives_its_loudest_sample():
    assert peaks([0, 16384, -32768, 0], 2) == (0.5, 1.0)


def test_silence_is_flat_and_nothing_is_nothing():
    assert peaks([0] * 10, 2) == (0.0, 0.0)
    assert peaks([], 5) == ()
    assert peaks([1], 0) == ()


@given(SAMPLES, st.integers(1, 50))
def test_there_are_never_more_pieces_than_samples_and_all_lie_in_range(samples, pieces):
    drawn = peaks(samples, pieces)
    assert len(drawn) == min(pieces, len(samples))
    assert all(0 <= peak <= 1 for peak in drawn)
