import pytest

from agent_ui.phones.ticket import (
    Ticket,
    door_source,
    is_from_our_page,
    read_ticket,
    ticket_cookie,
    ticket_key,
    write_ticket,
)

KEY = ticket_key("a" * 48)
TICKET = Ticket("1001", "ab" * 32, 2_000)


def test_what_was_written_is_read_until_it_is_over() -> None:
    text = write_ticket(TICKET, KEY)
    assert read_ticket(text, KEY, 1_999.9) == TICKET
    assert read_ticket(text, KEY, 2_000) is None


def test_anything_else_is_no_ticket() -> None:
    text = write_ticket(TICKET, KEY)
    for other in ("", text[:-1], f"{text}0", text.replace("1001.", "1002.", 1), text.replace(".2000.", ".9000.")):
        assert read_ticket(other, KEY, 0) is None
    assert read_ticket(text, ticket_key("b" * 48), 0) is None


def test_the_cookie_is_bound_to_the_host_where_tls_is() -> None:
    assert ticket_cookie(secure=True).startswith("__Host-")
    assert not ticket_cookie(secure=False).startswith("__")


@pytest.mark.parametrize(
    ("origin", "host", "secure", "public_origin", "ours"),
    [
        ("http://127.0.0.1:8700", "127.0.0.1:8705", False, "", True),
        ("https://box:8700", "box:8705", True, "", True),
        ("http://[::1]:8700", "[::1]:8705", False, "", True),
        ("http://box:8700", "box:8705", True, "", False),
        ("http://evil:8700", "127.0.0.1:8705", False, "", False),
        ("http://127.0.0.1:8705", "127.0.0.1:8705", False, "", False),
        (None, "127.0.0.1:8705", False, "", False),
        ("http://x y:8700", "x y:8705", False, "", False),
        ("https://calls.example.org", "127.0.0.1:8705", True, "https://calls.example.org", True),
        ("https://evil.example.org", "calls.example.org", True, "https://calls.example.org", False),
    ],
)
def test_only_our_own_pages_come_in(
    origin: str | None, host: str, secure: bool, public_origin: str, ours: bool
) -> None:
    assert is_from_our_page(origin, host, secure, 8700, public_origin) is ours


def test_a_usual_port_is_not_named_in_an_origin() -> None:
    assert is_from_our_page("https://box", "box:448", secure=True, page_port=443, public_origin="")


def test_the_policy_names_the_door_of_the_same_host() -> None:
    assert door_source("box:8700", secure=True, door_port=8705) == "wss://box:8705"
    assert door_source("box", secure=False, door_port=8705) == "ws://box:8705"
    assert door_source("box; script-src *", secure=False, door_port=8705) is None
