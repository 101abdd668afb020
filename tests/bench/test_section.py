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
