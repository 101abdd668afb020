"""What goes out is one frame or nothing; what comes in keeps every header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.ami.message import MAX_HEADERS, MAX_LINE_BYTES, Message, encode_action, parse_message
from cti.errors import UnsafeValue


def asterisk_lines(data: bytes) -> list[bytes]:
    """How main/manager.c (get_input) cuts: CRLF or a bare LF."""
    return [line.removesuffix(b"\r") for line in data.split(b"\n")]


def test_an_action_is_one_frame_in_the_given_order():
    assert encode_action("Originate", "7", [("Variable", "a=1"), ("Variable", "b=2")]) == (
        b"Action: Originate\r\nActionID: 7\r\nVariable: a=1\r\nVariable: b=2\r\n\r\n"
    )


@given(st.text(), st.text(), st.lists(st.tuples(st.text(), st.text())))
def test_no_text_at_all_makes_more_than_one_frame_or_header(action, action_id, headers):
    try:
        data = encode_action(action, action_id, headers)
    except UnsafeValue:
        return
    lines = asterisk_lines(data)
    assert lines[-2:] == [b"", b""]
    assert len(lines) == 2 + len(headers) + 2
    assert all(lines[:-2])
    assert not set(data.decode()) & set("\0\x85\u2028\u2029")


@given(
    st.sampled_from("\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x7f\ud800"),
    st.text(max_size=5),
    st.text(max_size=5),
)
def test_every_kind_of_line_break_is_refused_and_not_stripped(bad, before, after):
    with pytest.raises(UnsafeValue) as caught:
        encode_action("Ping", "1", [("CallerID", before + bad + after)])
    assert caught.value.field == "CallerID"


def test_a_frame_that_asterisk_would_discard_is_refused():
    longest = "x" * (MAX_LINE_BYTES - len("Name: \r\n"))
    assert encode_action("Ping", "1", [("Name", longest)])
    with pytest.raises(UnsafeValue, match="longer"):
        encode_action("Ping", "1", [("Name", longest + "x")])
    with pytest.raises(UnsafeValue, match="longer"):
        encode_action("Ping", "1", [("Name", "é" * (len(longest) // 2 + 1))])
    assert encode_action("Ping", "1", [("A", "b")] * (MAX_HEADERS - 2))
    with pytest.raises(UnsafeValue, match="headers"):
        encode_action("Ping", "1", [("A", "b")] * (MAX_HEADERS - 1))


@pytest.mark.parametrize("name", ["", "A B", "A:", "Á", "A\r\nB", "1A"])
def test_a_header_name_is_a_plain_word(name):
    with pytest.raises(UnsafeValue, match="header name"):
        encode_action("Ping", "1", [(name, "x")])


def test_repeated_headers_are_all_kept():
    message = parse_message(
        b"Event: Status\r\nVariable: a=1\r\nVariable: b=:2\r\nEmpty: \r\nNothing:\r\nUniqueid: n1-1.2"
    )
    assert message.event == "Status"
    assert message.get("Variable") == "a=1"
    assert message.get_all("Variable") == ["a=1", "b=:2"]
    assert message.get("Empty") == message.get("Nothing") == message.get("Absent") == ""
    assert message.get("Absent", "x") == "x"
    assert message.action_id == ""
    assert message.headers[-1] == ("Uniqueid", "n1-1.2")


def test_a_line_without_a_colon_and_damaged_text_lose_nothing_else():
    message = parse_message(b"Event: X\r\nno colon here\r\nName: \xc3\x87a\xff\r\nActionID: 9")
    assert message.get("") == "no colon here"
    assert message.get("Name") == "Ça\ufffd"
    assert message.action_id == "9"


def test_a_header_is_found_by_its_whole_name_at_the_start_of_its_line_only():
    message = parse_message(b"Event: X\r\nAppData: Uniqueid: 7\r\nUniqueid2: 8\r\nLone: a\nUniqueid: 9\r\nEmpty:")
    assert message.get("Uniqueid", "none") == "none", "neither in a value, nor behind a bare line feed"
    assert (message.get("Lone"), message.get("Empty", "x")) == ("a\nUniqueid: 9", "")
    assert parse_message(b"Event: X").get("") == ""


def test_messages_are_equal_by_their_headers():
    one, other = parse_message(b"Event: X\r\nA: 1"), Message([("Event", "X"), ("A", "1")])
    assert (one, hash(one), repr(one)) == (other, hash(other), repr(other))
    assert one != parse_message(b"Event: X")
    assert one != "Event: X"
