"""What a disposition means for the lead."""

from datetime import timedelta

import pytest

from dialer.domain.disposing import AGAIN_WITHOUT_TIME, Consequence, Fate, Meaning, consequence, machine_verdict
from dialer.domain.verdict import Verdict
from tests.fakes import START

AT = START + timedelta(hours=3)


@pytest.mark.parametrize(
    ("meaning", "expected"),
    [
        (Meaning.NOTHING, Consequence(Fate.AS_IT_IS)),
        (Meaning.SUCCESS, Consequence(Fate.DONE, "success")),
        (Meaning.NEVER, Consequence(Fate.BARRED, "asked_not_to")),
        (Meaning.CALLBACK, Consequence(Fate.AGAIN, "callback", AT, 7)),
        (Meaning.NOT_A_PERSON, Consequence(Fate.BY_RULE)),
    ],
)
def test_each_has_its_consequence(meaning: Meaning, expected: Consequence) -> None:
    assert consequence(meaning, START, AT, 7) == expected


def test_a_callback_without_a_time_is_tomorrow() -> None:
    found = consequence(Meaning.CALLBACK, START, None, None)
    assert found == Consequence(Fate.AGAIN, "callback", START + AGAIN_WITHOUT_TIME, None)


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        ((), Verdict.MACHINE),
        (("human", None), Verdict.MACHINE),
        (("human", "human", "voicemail"), Verdict.VOICEMAIL),
        (("fax", "machine"), Verdict.FAX),
    ],
)
def test_of_which_kind_a_machine_was_the_line_has_said(heard: tuple[str | None, ...], verdict: Verdict) -> None:
    assert machine_verdict(*heard) is verdict
