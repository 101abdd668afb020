"""What somebody wants who answered a machine of ours."""

from datetime import timedelta

import pytest

from dialer.domain.disposing import Consequence, Fate
from dialer.domain.keyed import KeyMeaning, consequence_of, wish
from tests.fakes import START

MEANINGS = {"1": "", "2": "later", "9": "remove", "0": "remove_everywhere"}


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [("", None), ("1", None), ("21", KeyMeaning.LATER), ("29", KeyMeaning.REMOVE), ("7", None)],
)
def test_the_last_key_that_means_something(keys: str, wanted: KeyMeaning | None) -> None:
    assert wish(keys, MEANINGS) is wanted


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, Consequence(Fate.AS_IT_IS)),
        (KeyMeaning.LATER, Consequence(Fate.AGAIN, "callback", START + timedelta(hours=1))),
        (KeyMeaning.REMOVE, Consequence(Fate.BARRED, "asked_not_to")),
        (KeyMeaning.REMOVE_EVERYWHERE, Consequence(Fate.BARRED, "asked_not_to")),
    ],
)
def test_what_it_means_for_the_lead(wanted: KeyMeaning | None, expected: Consequence) -> None:
    assert consequence_of(wanted, START, timedelta(hours=1)) == expected
