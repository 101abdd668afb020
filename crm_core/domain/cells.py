"""Cells of exported tables, which a spreadsheet must not take for formulas."""

# OWASP's list with its full-width forms; "+" is how every telephone number here begins.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """Write one cell; what could start a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def plain_cell(text: str) -> str:
    """Undo `safe_cell`, so that an exported file can be imported again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text
