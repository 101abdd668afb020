import pytest

from crm_core.domain.swallowed import swallowed_lines

MAPPING = {0: "name", 1: "phone", 2: "notes"}
EMAILS = {0: "name", 1: "email"}


def test_lines_like_the_table_are_rows_that_a_quote_took_in() -> None:
    cells = ["A", "13900002000", 'he said\nB,13900002001,ok\nC,13900002002,"ok\nD,13900002003']
    assert swallowed_lines(cells, ",", MAPPING, 3) == 2
    assert swallowed_lines(["A", 'x\r\nB;"b@c.example"\r\n'], ";", EMAILS, 2) == 1


@pytest.mark.parametrize(
    "note",
    [
        "one line, 13900002001, with commas",
        "called,again,twice\nwas,not,there",
        "13900002001\n13900002002",
        "Dear Sir,\nhello, you",
        "",
    ],
)
def test_a_note_of_several_lines_is_no_table(note: str) -> None:
    assert swallowed_lines(["A", "13900002000", note], ",", MAPPING, 3) == 0


def test_a_table_of_one_column_has_lines_of_any_shape() -> None:
    assert swallowed_lines(["A\n13900002001"], ",", {0: "phone"}, 1) == 0
