"""The AGI dialogue as bytes: whatever the pieces, whatever the values."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.agi.protocol import (
    MAX_COMMAND_BYTES,
    MAX_ENVIRONMENT_LINES,
    MAX_LINE_BYTES,
    AgiEvent,
    AgiProtocol,
    Environment,
    HungUp,
    Reply,
    encode_command,
)
from cti.errors import ProtocolError, RemoteProtocolError, UnsafeValue
from tests.agi_peer import split_command

ENVIRONMENT = (
    "agi_network: yes\nagi_network_script: call\nagi_request: agi://127.0.0.1:4573/call\nagi_callerid: 138\n"
    "agi_calleridname: Çağrı: 张\nagi_arg_2: two words\nagi_arg_1: one\nagi_arg_10: \n\n"
).encode()
USAGE = b"520-Invalid command syntax.  Proper usage follows:\nUsage: ANSWER\n HANGUP\n\n520 End of proper usage.\n"


def begun() -> AgiProtocol:
    session = AgiProtocol()
    session.receive_data(ENVIRONMENT)
    session.events_received()
    return session


def answers(data: bytes) -> list[AgiEvent]:
    session = begun()
    session.command("ANSWER")
    session.receive_data(data)
    return session.events_received()


def test_the_environment_opens_the_session():
    session = AgiProtocol()
    session.receive_data(ENVIRONMENT[:-1])
    assert session.events_received() == []
    assert not session.begun
    session.receive_data(ENVIRONMENT[-1:])
    (environment,) = session.events_received()
    assert isinstance(environment, Environment)
    assert environment.arguments == ("one", "two words", "")
    assert environment.variables["agi_calleridname"] == "Çağrı: 张"
    assert session.begun


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"agi_network\n",
        b"\n",
        b"agi_network: yes\n\n",
        b"".join(b"agi_x%d: 1\n" % n for n in range(MAX_ENVIRONMENT_LINES + 1)),
        b"x" * (MAX_LINE_BYTES + 1),
    ],
)
def test_an_environment_that_is_none_is_refused(data):
    with pytest.raises(RemoteProtocolError):
        AgiProtocol().receive_data(data)


def test_an_environment_value_may_be_missing_its_blank():
    session = AgiProtocol()
    session.receive_data(b"agi_request:x\r\nagi_accountcode:\n\n")
    assert session.events_received() == [Environment({"agi_request": "x", "agi_accountcode": ""}, ())]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0\n", Reply(200, "0", None, "result=0")),
        (b"100 result=0 Trying...\n200 result=0 Gosub complete\n", Reply(200, "0", None, "result=0 Gosub complete")),
        (
            b"200 result=0 Gosub complete (abnormal exit)\n",
            Reply(200, "0", None, "result=0 Gosub complete (abnormal exit)"),
        ),
        (b"200 result=1 (value)\n", Reply(200, "1", "value", "result=1 (value)")),
        (b"200 result=1 (a) b (c))\n", Reply(200, "1", "a) b (c)", "result=1 (a) b (c))")),
        (b"200 result=1 (a\n)b\nc)\n", Reply(200, "1", "a\n)b\nc", "result=1 (a\n)b\nc)")),
        (b"200 result=1 ()\n", Reply(200, "1", "", "result=1 ()")),
        (b"200 result= (timeout)\n", Reply(200, "", "timeout", "result= (timeout)")),
        (b"200 result=12# endpos=5\n", Reply(200, "12#", None, "result=12# endpos=5")),
        (b"200 result=0 (dtmf) endpos=80\n", Reply(200, "0", "dtmf", "result=0 (dtmf) endpos=80")),
        (b"100 result=0 Trying...\n200 result=1\n", Reply(200, "1", None, "result=1")),
        (b"510 Invalid or unknown command\n", Reply(510, text="Invalid or unknown command")),
        (b"511 Command Not Permitted on a dead channel\n", Reply(511, text="Command Not Permitted on a dead channel")),
        (b"520 Invalid command syntax.\n", Reply(520, text="Invalid command syntax.")),
    ],
)
def test_replies(line, reply):
    assert answers(line) == [reply]


def test_a_usage_block_is_one_reply_and_its_text_no_hang_up():
    (reply,) = answers(USAGE)
    assert isinstance(reply, Reply)
    assert reply.code == 520
    assert reply.text.startswith("Invalid command syntax")


def test_a_hang_up_answers_nothing():
    session = begun()
    session.command("ANSWER")
    session.receive_data(b"HANGUP\n200 result=-1\nHANGUP\n")
    assert session.events_received() == [HungUp(), Reply(200, "-1", None, "result=-1"), HungUp()]


def test_a_value_that_spells_a_reply_answers_nobody():
    session = begun()
    session.command("GET VARIABLE", "NAME")
    session.receive_data(b"200 result=1 (a)\n200 result=1 (forged)\n")
    assert [each.value for each in session.events_received() if isinstance(each, Reply)] == ["a"]
    session.command("ANSWER")
    session.receive_data(b"200 result=0\n")
    assert session.events_received() == [Reply(200, "0", None, "result=0")]


def test_one_command_at_a_time():
    session = begun()
    session.command("ANSWER")
    with pytest.raises(ProtocolError):
        session.command("ANSWER")


@pytest.mark.parametrize("late", [b"", b"200 result=0\n", b"200 result=49 endpos=3\n", b"200 result=1 (a\nb)\n", USAGE])
def test_after_a_command_was_given_up_its_late_reply_is_not_the_next_ones(late):
    session = begun()
    session.give_up()
    assert not session.lost
    session.command("STREAM FILE", "x", "")
    session.give_up()
    assert session.lost
    half = len(late) // 2
    session.receive_data(late[:half])
    marker = session.marker()
    assert not session.lost
    session.receive_data(late[half:] + b"200 result=1 (callroom-marker-1)\n")
    assert [each.value for each in session.events_received() if isinstance(each, Reply)] == ["callroom-marker-1"]
    assert marker == b'GET FULL VARIABLE "callroom-marker-1"\n'
    session.command("ANSWER")


def test_each_marker_is_new():
    session = begun()
    session.command("ANSWER")
    session.give_up()
    assert session.marker() != session.marker()


@pytest.mark.parametrize(
    "line", [b"what\n", b"200 OK\n", b"200 result\n", b"2000 result=1\n", b"520-" + (b"x" * 70000) + b"\n\n"]
)
def test_a_reply_that_is_none_is_refused(line):
    session = begun()
    session.command("ANSWER")
    with pytest.raises(RemoteProtocolError):
        session.receive_data(line)


TRANSCRIPT = ENVIRONMENT + b"HANGUP\n200 result=1 (x\ny)\nHANGUP\n"


@given(st.lists(st.integers(0, len(TRANSCRIPT)), max_size=20))
def test_any_split_of_the_bytes_gives_the_same_events(cuts):
    def play(edges: list[int]) -> list[AgiEvent]:
        session = AgiProtocol()
        events: list[AgiEvent] = []
        session.command("ANSWER")
        for start, end in itertools.pairwise(edges):
            session.receive_data(TRANSCRIPT[start:end])
            events += session.events_received()
        return events

    assert play([0, *sorted(cuts), len(TRANSCRIPT)]) == play([0, len(TRANSCRIPT)])


@given(st.lists(st.text(), max_size=4))
def test_a_command_is_one_line_that_asterisk_splits_back(arguments):
    try:
        line = encode_command("EXEC", *arguments)
    except UnsafeValue:
        return
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert not set(line.decode()) & set("\r\0\x85\u2028\u2029")
    assert split_command(line.decode()[:-1]) == ["EXEC", *arguments]


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b", "a\x1bb", "\ud800"])
def test_line_breaks_and_controls_are_refused(value):
    with pytest.raises(UnsafeValue) as caught:
        encode_command("SET VARIABLE", "NAME", value)
    assert caught.value.field == "SET VARIABLE argument 2"


def test_a_command_asterisk_would_cut_is_refused():
    room = MAX_COMMAND_BYTES - len('EXEC ""\n')
    assert encode_command("EXEC", "x" * room)
    with pytest.raises(UnsafeValue, match="longer"):
        encode_command("EXEC", "x" * (room + 1))


@pytest.mark.parametrize("verb", ["", "answer", "ANSWER\n", "EXEC x", "SET  MUSIC"])
def test_a_verb_is_plain_words(verb):
    with pytest.raises(UnsafeValue):
        encode_command(verb)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_no_bytes_at_all_break_it_in_another_way_than_it_says(pieces):
    session = begun()
    session.command("ANSWER")
    try:
        for piece in pieces:
            session.receive_data(piece)
    except RemoteProtocolError:
        pass
