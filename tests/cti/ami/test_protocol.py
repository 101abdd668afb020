"""One AMI session against bytes and times: no socket, no waiting."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.ami.message import Message
from cti.ami.protocol import (
    MAX_FRAME_BYTES,
    ActionAnswered,
    ActionExpired,
    AmiProtocol,
    EventReceived,
    LoggedIn,
    SessionEvent,
    State,
    Times,
)
from cti.errors import ProtocolError, RemoteProtocolError, SwitchUnavailable

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
WELCOME = b"Response: Success\r\nActionID: login\r\nMessage: Authentication accepted\r\n\r\n"
TIMES = Times(login_s=5, action_s=10, idle_s=5, ping_s=5)


def logged_in(now_s: float = 0.0) -> AmiProtocol:
    session = AmiProtocol("u", "s", now_s, TIMES)
    session.receive_data(BANNER + WELCOME, now_s)
    assert session.events_received() == [LoggedIn()]
    assert session.data_to_send() == b"Action: Login\r\nActionID: login\r\nUsername: u\r\nSecret: s\r\n\r\n"
    return session


def frame(**headers: str) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"


def names(events: list[SessionEvent]) -> list[str]:
    return [each.message.event if isinstance(each, EventReceived) else type(each).__name__ for each in events]


TRANSCRIPT = (
    BANNER
    + WELCOME
    + frame(Event="FullyBooted", Status="Fully Booted")
    + frame(Response="Success", ActionID="1", EventList="start")
    + frame(Event="Status", ActionID="1", CallerIDName="Çağrı 张伟")
    + frame(Event="Hangup", Uniqueid="n1-1.1")
    + frame(Event="Status", ActionID="1", CallerIDName="")
    + frame(Event="StatusComplete", ActionID="1", EventList="Complete", ListItems="2")
    + b"\r\n"
    + frame(Response="Success", ActionID="2", Message="Originate successfully queued")
    + frame(Event="OriginateResponse", ActionID="2", Response="Failure")
    + frame(Response="Error", Message="Failed to parse message: line too long")
)


HEAD = len(BANNER + WELCOME)


@given(st.lists(st.integers(HEAD, len(TRANSCRIPT)), max_size=30))
def test_any_split_of_the_bytes_gives_the_same_events(cuts):
    def pieces(at: list[int]) -> list[bytes]:
        edges = [0, HEAD, *sorted(at), len(TRANSCRIPT)]
        return [TRANSCRIPT[start:end] for start, end in itertools.pairwise(edges)]

    assert play_once(pieces(cuts)) == play_once(pieces([]))


def play_once(pieces: list[bytes]) -> list[SessionEvent]:
    session = AmiProtocol("u", "s", 0.0, TIMES)
    session.receive_data(pieces[0], 0.0)
    session.send_action("Status", "1", (), 0.0, None)
    session.send_action("Originate", "2", (), 0.0, None)
    events = session.events_received()
    for piece in pieces[1:]:
        session.receive_data(piece, 0.0)
        events += session.events_received()
    return events


def test_the_transcript_means_what_it_says():
    events = play_once([TRANSCRIPT[:HEAD], TRANSCRIPT[HEAD:]])
    assert names(events) == [
        "LoggedIn",
        "FullyBooted",
        "Status",
        "Hangup",
        "Status",
        "ActionAnswered",
        "StatusComplete",
        "ActionAnswered",
        "OriginateResponse",
    ]
    listed = events[5]
    assert isinstance(listed, ActionAnswered)
    assert listed.succeeded
    assert [each.get("CallerIDName") for each in listed.items] == ["Çağrı 张伟", ""]


@given(st.lists(st.integers(1, HEAD - 1), max_size=10))
def test_the_greeting_may_come_in_pieces_too(cuts):
    session = AmiProtocol("u", "s", 0.0, TIMES)
    edges = [0, *sorted(cuts), HEAD]
    for start, end in itertools.pairwise(edges):
        session.receive_data(TRANSCRIPT[start:end], 0.0)
    assert session.events_received() == [LoggedIn()]


def test_answers_out_of_order_find_their_action():
    session = logged_in()
    session.send_action("Ping", "a", (), 0, None)
    session.send_action("Ping", "b", (), 0, None)
    session.receive_data(frame(Response="Success", ActionID="b") + frame(Response="Error", ActionID="a"), 1)
    answers = [
        (each.action_id, each.succeeded) for each in session.events_received() if isinstance(each, ActionAnswered)
    ]
    assert answers == [("b", True), ("a", False)]


def test_an_empty_list_that_is_called_an_error_is_empty():
    message = Message((("Response", "Error"), ("Message", "No Contacts found")))
    assert ActionAnswered("1", message).succeeded


def test_a_list_that_is_cancelled_or_has_strays_ends_all_the_same():
    session = logged_in()
    session.send_action("Status", "1", (), 0, None)
    session.receive_data(frame(Event="Status", ActionID="1"), 0)  # before the response: not part of the list
    session.receive_data(frame(Response="Success", ActionID="1", EventList="start"), 0)
    session.receive_data(frame(Event="StatusComplete", ActionID="1", EventList="Cancelled"), 0)
    assert session.events_received()[1] == ActionAnswered(
        "1", Message((("Response", "Success"), ("ActionID", "1"), ("EventList", "start")))
    )


def test_a_list_without_its_end_expires():
    session = logged_in()
    session.send_action("Status", "1", (), 0.0, 3.0)
    session.receive_data(frame(Response="Success", ActionID="1", EventList="start"), 1.0)
    session.events_received()
    assert session.next_deadline() == 3.0
    session.handle_time(2.9)
    assert session.events_received() == []
    session.handle_time(3.0)
    assert session.events_received() == [ActionExpired("1")]
    session.receive_data(frame(Response="Success", ActionID="1"), 3.5)
    assert session.events_received() == []


def test_an_idle_session_pings_and_a_silent_one_ends():
    session = logged_in()
    assert session.next_deadline() == 5.0
    session.handle_time(4.9)
    assert session.data_to_send() == b""
    session.handle_time(5.0)
    assert session.data_to_send() == b"Action: Ping\r\nActionID: ping\r\n\r\n"
    assert session.next_deadline() == 10.0
    session.receive_data(frame(Response="Success", ActionID="ping", Ping="Pong"), 6.0)
    assert session.events_received() == []
    assert session.next_deadline() == 11.0
    session.handle_time(11.0)
    session.handle_time(15.9)
    with pytest.raises(SwitchUnavailable):
        session.handle_time(16.0)
    assert session.next_deadline() is None
    session.handle_time(20.0)
    session.receive_data(b"Event: X\r\n\r\n", 20.0)
    assert session.events_received() == []


def test_after_a_stall_of_our_own_the_peer_has_time_to_answer():
    session = logged_in()
    session.handle_time(60.0)
    assert session.next_deadline() == 65.0


def test_a_login_that_does_not_come_ends_the_session():
    session = AmiProtocol("u", "s", 0.0, TIMES)
    assert session.next_deadline() == 5.0
    session.handle_time(4.0)
    with pytest.raises(SwitchUnavailable):
        session.handle_time(5.0)


def test_a_refused_login_ends_the_session():
    session = AmiProtocol("u", "s", 0.0)
    with pytest.raises(RemoteProtocolError, match="refused"):
        session.receive_data(BANNER + frame(Response="Error", ActionID="login", Message="Authentication failed"), 0)


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400\r\n", b"x", b"Asterisk Call Manager/" + b"1" * 100])
def test_another_service_on_the_port_is_noticed(greeting):
    session = AmiProtocol("u", "s", 0.0)
    with pytest.raises(RemoteProtocolError, match="banner"):
        session.receive_data(greeting, 0)
    assert session.state is State.CLOSED


def test_memory_is_bounded():
    session = logged_in()
    with pytest.raises(RemoteProtocolError, match="too long"):
        session.receive_data(b"x" * (MAX_FRAME_BYTES + 1), 0)


def test_nothing_is_sent_before_the_login_or_under_a_used_id():
    with pytest.raises(SwitchUnavailable):
        AmiProtocol("u", "s", 0.0).send_action("Ping", "1", (), 0, None)
    session = logged_in()
    session.send_action("Ping", "1", (), 0, None)
    for used in ("1", "login", "ping"):
        with pytest.raises(ProtocolError):
            session.send_action("Ping", used, (), 0, None)
    assert session.data_to_send().count(b"Action:") == 1


def test_a_response_to_nobody_is_ignored():
    session = logged_in()
    session.receive_data(frame(Response="Success", ActionID="login") + frame(Response="Error", Message="x"), 0)
    assert session.events_received() == []


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_bytes_at_all_break_it_in_another_way_than_it_says(pieces):
    session = logged_in()
    session.send_action("Status", "1", (), 0, None)
    try:
        for piece in pieces:
            session.receive_data(piece, 0)
    except RemoteProtocolError:
        assert session.state is State.CLOSED
