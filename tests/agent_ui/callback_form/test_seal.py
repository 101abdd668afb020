"""Keys of forms and secrets of promises."""

from datetime import UTC, datetime

import pytest

from agent_ui.callback_form.seal import form_key, read_key, read_secret, write_asker, write_key, write_secret

KEY = form_key("secret")
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
ID = "0b0f0a80-1111-4222-8333-444455556666"


def test_what_we_wrote_we_read() -> None:
    assert read_key(write_key(7, AT, KEY), KEY) == (7, AT)
    assert read_secret(write_secret(ID, KEY), KEY) == ID


def test_what_only_shows_takes_nothing_back() -> None:
    sight = write_secret(ID, KEY, takes_back=False)
    assert read_secret(sight, KEY) is None
    assert read_secret(sight, KEY, takes_back=False) == ID
    assert read_secret(write_secret(ID, KEY), KEY, takes_back=False) == ID


@pytest.mark.parametrize("text", ["", "x", "7-1-" + "0" * 32, write_key(7, AT, form_key("other")), ID])
def test_what_we_did_not_write_opens_nothing(text: str) -> None:
    assert read_key(text, KEY) is None
    assert read_secret(text, KEY) is None


def test_neither_passes_for_the_other_nor_with_another_installations_key() -> None:
    assert read_secret(write_secret(ID, form_key("other")), KEY) is None
    assert write_secret(ID, KEY).rpartition(".")[2] != write_key(7, AT, KEY).rpartition("-")[2]


def test_from_where_it_was_asked_can_be_compared_and_is_not_told() -> None:
    here = write_asker(ID, "203.0.113.9", KEY)
    assert here == write_asker(ID, "203.0.113.9", KEY)
    others = (write_asker(ID, "203.0.113.10", KEY), write_asker(ID[:-1] + "7", "203.0.113.9", KEY))
    assert here not in (*others, write_asker(ID, "203.0.113.9", form_key("other")))
    assert len(here) == 32
