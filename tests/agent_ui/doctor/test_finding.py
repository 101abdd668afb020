import re
from pathlib import Path

import pytest

from agent_ui.doctor.finding import WORDS, Level, fail, ok, warn, worst

WEB = Path(__file__).parents[3] / "agent_ui/web/src/i18n"


def test_the_worst_one_counts():
    assert worst([]) is Level.OK
    assert worst([ok("clock_synchronised"), warn("clock_not_synchronised")]) is Level.WARN
    assert worst([fail("asterisk_missing"), warn("clock_not_synchronised"), ok("tools_there")]) is Level.FAIL


def test_words_are_filled():
    finding = fail("port_taken", port=8700, what="pages")
    assert finding.message == "Port 8700 (pages) belongs to another program"
    assert "sport = :8700" in finding.cure


def test_what_needs_nothing_has_no_cure_and_what_fails_has_one():
    for code in re.findall(r"\bok\(\"(\w+)\"", _checks()):
        assert not WORDS[code][1], code
    for code in re.findall(r"\b(?:fail|warn)\(\"(\w+)\"", _checks()):
        assert WORDS[code][1], code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_words_for_every_code(language):
    words = (WEB / language / "health.ts").read_text(encoding="utf-8")
    found, cures = (_block(words, name) for name in ("found", "cures"))
    assert set(found) == set(WORDS)
    assert set(cures) == {code for code, (_, cure) in WORDS.items() if cure}
    for code, (message, cure) in WORDS.items():
        assert _holes(found[code]) == _holes(message), code
        assert _holes(cures.get(code, "")) == _holes(cure), code


def _block(words, name):
    """Read `name: {` with one text on each line."""
    block = words.split(f"  {name}: {{\n")[1].split("  },")[0]
    return dict(re.findall(r"^    (\w+): '(.*)',$", block, re.MULTILINE))


def _holes(text):
    return set(re.findall(r"\{(\w+)\}", text))


def _checks():
    folder = Path(__file__).parents[3] / "agent_ui/doctor"
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
