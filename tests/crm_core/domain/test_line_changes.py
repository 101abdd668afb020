"""What is different between two texts, line by line."""

import pytest

from crm_core.domain.line_changes import MOST_COMPARED, Kind, LineChange, line_changes

SIGNS = {Kind.SAME: " ", Kind.OUT: "-", Kind.IN: "+", Kind.GAP: "~"}


def shown(before: str, after: str) -> list[str]:
    return [SIGNS[line.kind] + line.text for line in line_changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("a", "a", []),
        ("", "", []),
        ("a\r\nb", "a\nb", []),
        ("", "a", ["+a"]),
        ("a", "", ["-a"]),
        ("a", "b", ["-a", "+b"]),
        ("a\nb\nc", "a\nc", [" a", "-b", " c"]),
        ("a\nb", "a\nx\nb", [" a", "+x", " b"]),
        ("a\na", "a", [" a", "-a"]),
        ("第一行\n第二行", "第一行\n改过的", [" 第一行", "-第二行", "+改过的"]),
        ("x\nb\ny", "v\nb\nw", ["-x", "+v", " b", "-y", "+w"]),
    ],
)
def test_each_line_is_told_apart(before: str, after: str, wanted: list[str]) -> None:
    assert shown(before, after) == wanted


def test_lines_far_from_a_change_are_one_gap() -> None:
    old = [str(n) for n in range(30)]
    new = [*old[:10], "new", *old[11:25], "last", *old[26:]]
    parts = ["~", " 8", " 9", "-10", "+new", " 11", " 12", "~", " 23", " 24", "-25", "+last", " 26", " 27", "~"]
    assert shown("\n".join(old), "\n".join(new)) == parts


def test_more_lines_than_are_compared_are_taken_out_and_put_in() -> None:
    old = "\n".join(["first", *(f"{n % 7} old" for n in range(MOST_COMPARED + 1)), "last"])
    new = "first\nnew\n0 old\nnew\nlast"
    found = line_changes(old, new)
    assert found[0] == LineChange(Kind.SAME, "first")
    assert found[-1] == LineChange(Kind.SAME, "last")
    assert [line.text for line in found if line.kind is Kind.IN] == ["new", "0 old", "new"]
    assert sum(line.kind is Kind.OUT for line in found) == MOST_COMPARED + 1


def test_both_texts_can_be_made_again_from_what_is_shown() -> None:
    old, new = "a\nb\nc\nd\nb", "b\nd\nc\nb\nb\ne"
    found = line_changes(old, new)
    assert [line.text for line in found if line.kind is not Kind.IN] == old.splitlines()
    assert [line.text for line in found if line.kind is not Kind.OUT] == new.splitlines()
