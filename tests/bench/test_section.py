from tests.bench.section import put

ORDER = ["pop", "push", "floor"]


def test_a_section_replaces_its_own_part_and_no_other() -> None:
    page = put(put("# Benchmarks\n\nHead.\n", "pop", "## Pop\n\nold", ORDER), "floor", "## Floor\n\nkept", ORDER)
    again = put(page, "pop", "## Pop\n\nnew", ORDER)
    assert again == page.replace("old", "new")
    assert again.startswith("# Benchmarks\n\nHead.\n\n<!-- pop -->\n## Pop\n")


def test_a_new_section_takes_its_place_in_the_order() -> None:
    page = put(put("# Benchmarks\n", "floor", "## Floor", ORDER), "push", "## Push", ORDER)
    assert page.index("## Push") < page.index("## Floor")
    assert put(page, "push", "## Push", ORDER) == page


def test_a_section_that_another_command_writes_is_the_last_and_stays() -> None:
    page = put(put("# Benchmarks\n", "soak", "## Soak", ORDER), "floor", "## Floor", ORDER)
    assert page.index("## Floor") < page.index("## Soak")
    assert put(page, "soak", "## Soak", ORDER) == page


def test_what_somebody_wrote_between_the_marks_is_not_lost() -> None:
    page = put(put("# Benchmarks\n", "pop", "## Pop", ORDER), "floor", "## Floor", ORDER)
    written = page.replace("<!-- floor -->", "## By hand\n\nkept\n\n<!-- floor -->") + "\nand this\n"
    again = put(written, "pop", "## Pop, new", ORDER)
    assert again.count("## By hand\n\nkept") == again.count("and this") == 1
    assert put(again, "pop", "## Pop, new", ORDER) == again
