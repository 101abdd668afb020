"""What a link carries."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_ui.phones.ticket import ticket_key
from agent_ui.wallboard.token import Token, read_token, token_key, write_token

KEY = token_key("sip key of the installation")
TOKEN = Token(7, datetime(2027, 2, 20, 8, 30, 1, tzinfo=UTC))


def test_what_was_written_is_read_and_is_the_same_each_time() -> None:
    text = write_token(TOKEN, KEY)
    assert read_token(text, KEY) == TOKEN
    assert write_token(TOKEN, KEY) == text
    assert text.startswith("7.")


def test_the_key_is_for_this_alone() -> None:
    assert KEY not in (ticket_key("sip key of the installation"), token_key("of another"))
    assert read_token(write_token(TOKEN, ticket_key("sip key of the installation")), KEY) is None


def test_no_part_can_be_changed() -> None:
    link, until, seal = write_token(TOKEN, KEY).split(".")
    for text in (
        f"8.{until}.{seal}",
        f"{link}.{int(until) + 1}.{seal}",
        f"{link}.{until}.{'0' * 64}",
        f"{link}.{until}.",
    ):
        assert read_token(text, KEY) is None


@pytest.mark.parametrize(
    "text", ["", ".", "1.2.3", "0.1." + "0" * 64, "٣.1." + "0" * 64, "1" * 5000, "\0", "7.1." + "A" * 64]
)
def test_anything_else_is_nothing(text: str) -> None:
    assert read_token(text, KEY) is None


@given(st.text(max_size=200))
def test_no_text_opens_anything(text: str) -> None:
    assert read_token(text, KEY) is None
