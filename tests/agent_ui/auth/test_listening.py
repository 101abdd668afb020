from datetime import UTC, datetime, timedelta

from agent_ui.auth.listening import LISTENING, LISTENING_MAX, Listenings, Piece

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_what_begins_where_the_last_piece_ended_goes_on() -> None:
    heard = Listenings()
    assert not heard.goes_on("a", Piece(4, 8), NOW)
    heard.note("a", Piece(0, 4), NOW)
    assert heard.goes_on("a", Piece(4, 8), NOW)
    assert not heard.goes_on("b", Piece(4, 8), NOW)
    heard.note("a", Piece(4, 8), NOW)
    assert heard.goes_on("a", Piece(8, 9), NOW)
    assert not heard.goes_on("a", Piece(4, 8), NOW), "heard again"
    assert not heard.goes_on("a", Piece(9, 10), NOW), "something left out"
    assert not heard.goes_on("a", None, NOW)


def test_the_whole_sound_again_is_a_listening_of_its_own() -> None:
    heard = Listenings()
    heard.note("a", Piece(0, 10), NOW)
    assert not heard.goes_on("a", Piece(0, 10), NOW)
    assert not heard.goes_on("a", Piece(1, 10), NOW)
    heard.note("a", Piece(0, 0), NOW)
    assert not heard.goes_on("a", Piece(0, 10), NOW)


def test_the_hour_counts_from_the_first_piece() -> None:
    heard = Listenings()
    heard.note("a", Piece(0, 4), NOW)
    heard.note("a", Piece(4, 8), NOW + LISTENING - timedelta(seconds=1))
    assert not heard.goes_on("a", Piece(8, 9), NOW + LISTENING)
    heard.note("a", Piece(8, 9), NOW + LISTENING)
    assert heard.goes_on("a", Piece(9, 10), NOW + LISTENING)


def test_what_is_no_piece_ends_it() -> None:
    heard = Listenings()
    heard.note("a", Piece(0, 4), NOW)
    heard.note("a", None, NOW)
    assert not heard.goes_on("a", Piece(4, 8), NOW)


def test_it_forgets_rather_than_grow() -> None:
    heard = Listenings()
    for number in range(LISTENING_MAX + 1):
        heard.note(number, Piece(0, 4), NOW)
    assert not heard.goes_on(0, Piece(4, 8), NOW)
    assert heard.goes_on(LISTENING_MAX, Piece(4, 8), NOW)
