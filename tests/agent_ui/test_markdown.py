"""What authors write as Markdown, as HTML that cannot do anything."""

from html.parser import HTMLParser

import pytest

from agent_ui.markdown import TAGS, to_html
from tests.browser.sentry import PAYLOADS


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def test_what_people_write_looks_like_it() -> None:
    html = to_html("# 退款\n\n七天内**可以**\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | ~~2~~ |\n\n`code`")
    assert html.startswith("<h1>退款</h1>")
    assert {tag for tag, _ in elements(html)} == {
        "h1", "p", "strong", "ul", "li", "table", "thead", "tr", "th", "tbody", "td", "s", "code",
    }  # fmt: skip


def test_links_go_to_the_web_and_tell_it_nothing() -> None:
    html = to_html(
        "[a](https://example.test/x) [b](javascript:alert(1)) [c](data:text/html,x) [d](mailto:a@b.test) [e](/#/admin)"
    )
    links = [attributes for tag, attributes in elements(html) if tag == "a"]
    assert [link.get("href") for link in links] == ["https://example.test/x", "mailto:a@b.test", None]
    assert {link["rel"] for link in links} == {"noopener noreferrer nofollow"}
    assert {link["target"] for link in links} == {"_blank"}


def test_pictures_are_not_fetched() -> None:
    assert "img" not in {tag for tag, _ in elements(to_html("![x](https://evil.test/pixel.png)"))}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "**{}**", "[x]({})", "# {}", "`{}`", "> {}", "| {} |\n|---|\n| {} |"])
def test_no_payload_comes_through(payload: str, around: str) -> None:
    for tag, attributes in elements(to_html(around.replace("{}", payload))):
        assert tag in TAGS
        assert set(attributes) <= {"href", "target", "rel"}
        href = attributes.get("href")
        assert href is None or href.lower().startswith(("http://", "https://", "mailto:")), href
