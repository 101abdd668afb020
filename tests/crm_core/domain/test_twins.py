from hypothesis import given
from hypothesis import strategies as st

from crm_core.domain.twins import Twins

HASHES = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.lists(HASHES, min_size=1, max_size=3), max_size=60))
def test_it_knows_what_a_dictionary_knows(rows: list[list[int]]) -> None:
    twins, known = Twins(4), dict[int, int]()
    for line, hashes in enumerate(rows, 1):
        first = next((known[each] for each in hashes if each in known), None)
        assert twins.first(hashes) == first
        if first is None:
            twins.add(hashes, line)
            known.update(dict.fromkeys(hashes, line))


def test_hashes_that_fall_on_one_place_are_kept_apart() -> None:
    twins = Twins(4)
    twins.add([4], 1)
    twins.add([8, 8], 2)
    assert (twins.first([4]), twins.first([8]), twins.first([12]), twins.first([])) == (1, 2, None, None)
    for line in range(3, 100):
        twins.add([line * 4], line)
    assert [twins.first([line * 4]) for line in range(3, 100)] == list(range(3, 100))
