"""What somebody wants who answered a machine of ours."""

from datetime import timedelta

import pytest

from crm_core.domain.campaign_words import UNSERVED
from cti.domain.values import EndReason
from dialer.domain.disposing import Consequence, Fate
from dialer.domain.keyed import KeyMeaning, Served, consequence_of, served, wish
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


def test_who_talked_with_an_agent_after_all_is_not_called_later_but_still_never_again() -> None:
    hour = timedelta(hours=1)
    assert consequence_of(KeyMeaning.LATER, START, hour, talked=True) == Consequence(Fate.AS_IT_IS)
    assert consequence_of(KeyMeaning.REMOVE, START, hour, talked=True).fate is Fate.BARRED


@pytest.mark.parametrize(
    ("end_reason", "expected"),
    [
        (EndReason.ABANDONED_IN_QUEUE, Served.LOST_WAITING),
        (EndReason.ABANDONED_RINGING, Served.LOST_RINGING),
        (EndReason.FLOW_ENDED, Served.LOST_NOBODY),
        (None, Served.LOST_NOBODY),
        (EndReason.VOICEMAIL, Served.VOICEMAIL),
        (EndReason.CALLBACK, Served.CALLBACK),
    ],
)
def test_what_became_of_who_asked_for_an_agent(end_reason: EndReason | None, expected: Served) -> None:
    assert served(None if end_reason is None else end_reason.value) is expected


def test_the_words_of_those_who_were_lost_are_those_that_reports_count() -> None:
    assert {one.value for one in Served if one.name.startswith("LOST")} == set(UNSERVED)
