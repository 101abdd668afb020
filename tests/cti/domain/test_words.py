"""The floor's words: every event has a handler, and what is handed round cannot be changed."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import get_args

import pytest

from cti.domain import commands, events, facts, handlers, values


def test_every_event_has_its_handler() -> None:
    assert set(handlers.HANDLERS) == set(get_args(events.Event))


@pytest.mark.parametrize("word", [*get_args(events.Event), *get_args(commands.Command), *get_args(facts.Fact)])
def test_words_are_frozen_and_explained(word: type) -> None:
    assert is_dataclass(word)
    assert word.__doc__
    one = object.__new__(word)
    with pytest.raises(FrozenInstanceError):
        setattr(one, fields(word)[0].name, None)


def test_stored_codes_do_not_change() -> None:
    assert [reason.value for reason in values.SystemPause] == [
        "signed_in",
        "missed_call",
        "declined_call",
        "phone_lost",
        "screen_lost",
        "by_supervisor",
    ]
