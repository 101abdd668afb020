"""Markdown to HTML that a page may show: markdown-it writes no HTML of the author's, nh3 lets through a short list."""

import re

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_WRITER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _to_the_web(_tag: str, name: str, value: str) -> str | None:
    """Drop addresses within Callroom, too: what looks like a page of ours is written by an author."""
    return value if name != "href" or _ADDRESS.match(value) else None


def to_html(text: str) -> str:
    """Return what may stand in a page: no pictures, frames, styles or scripts, and no links but to the web."""
    return nh3.clean(
        _WRITER.render(text),
        tags=TAGS,
        attributes={"a": {"href", "target"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        attribute_filter=_to_the_web,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
