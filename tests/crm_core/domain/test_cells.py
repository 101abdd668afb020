import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.domain.cells import plain_cell, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+8613800138000", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_what_could_be_a_formula_is_made_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_other_cells_stay() -> None:
    assert [safe_cell(value) for value in (None, "张伟", 12, "'quoted'")] == ["", "张伟", "12", "'quoted'"]
    assert plain_cell("'quoted'") == "'quoted'"


@given(st.text())
def test_an_exported_cell_comes_back(text: str) -> None:
    if not text.startswith("'"):
        assert plain_cell(safe_cell(text)) == text
