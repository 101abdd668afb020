from ivr.domain.fields import Fields
from ivr.errors import Problem


def fields_of(**data: object) -> tuple[Fields, list[Problem]]:
    problems: list[Problem] = []
    return Fields("n", data, problems), problems


def test_good_values_come_through() -> None:
    fields, problems = fields_of(type="x", a="text", b=2, c=1.5, d={"k": 1}, e=[1])
    assert fields.text("a") == "text"
    assert fields.whole("b", None, 0, 9) == 2
    assert fields.number("c", None, 0, 9) == 1.5
    assert fields.table("d") == {"k": 1}
    assert fields.row("e") == [1]
    assert fields.has("a")
    fields.finish()
    assert not problems


def test_missing_values_take_their_default_or_are_reported() -> None:
    fields, problems = fields_of(z=None)
    assert fields.text("a", "d") == "d"
    assert fields.whole("b", 3, 0, 9) == 3
    assert fields.table("c", required=False) == {}
    assert fields.row("d") == []
    assert not fields.has("z")
    assert not problems
    fields.text("a")
    fields.number("b", None, 0, 9)
    fields.table("c")
    assert [problem.code for problem in problems] == ["missing"] * 3


def test_wrong_values_are_reported_and_replaced() -> None:
    fields, problems = fields_of(a=1, b="x", c=99, d=1.5, e=[], f={}, g=1)
    assert fields.text("a") == ""
    assert fields.number("b", None, 1, 9) == 1
    assert fields.number("c", None, 1, 9) == 1
    fields.whole("d", None, 1, 9)
    assert fields.table("e") == {}
    assert fields.row("f") == []
    fields.finish()
    codes = [problem.code for problem in problems]
    assert codes == ["not_text", "not_number", "out_of_range", "not_whole", "not_object", "not_list", "unknown_field"]
