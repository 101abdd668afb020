import io
import json
import logging
import sys

import pytest

from agent_ui.logs import set_up_logging
from cti.about import about_call


@pytest.fixture
def terminal(monkeypatch):
    stream = io.StringIO()
    with monkeypatch.context() as during:
        during.setattr(sys, "stderr", stream)
        yield stream


@pytest.fixture
def lines(tmp_path, terminal):
    root = logging.getLogger()
    before = root.handlers, root.level
    set_up_logging(tmp_path)

    def read():
        for handler in root.handlers:
            handler.flush()
        return [json.loads(line) for line in (tmp_path / "callroom.log").read_text().splitlines()]

    yield read
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before


def test_a_line_is_an_object_that_knows_its_call(lines):
    log = logging.getLogger("ivr.service")
    with about_call("c1"):
        log.info("Lease was late", extra={"late_s": 0.5, "at": "never mind"})
        log.info("Other", extra={"call_id": "c2"})
    log.info("No call")
    first, second, third = lines()
    assert (first["level"], first["logger"], first["message"]) == ("INFO", "ivr.service", "Lease was late")
    assert (first["call_id"], first["late_s"]) == ("c1", 0.5)
    assert first["at"].endswith("+00:00")
    assert second["call_id"] == "c2"
    assert "call_id" not in third


def test_a_trace_and_odd_values_stay_on_their_line(lines):
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("x").exception("It failed", extra={"what": {1}})
    (only,) = lines()
    assert only["trace"].endswith("ValueError: two\nlines")
    assert only["what"] == "{1}"


def test_the_terminal_shows_warnings_with_their_fields(terminal, lines):
    with about_call("c1"):
        logging.getLogger("x").warning("Odd", extra={"n": 1})
        logging.getLogger("x").info("Not here")
    assert terminal.getvalue() == "WARNING x: Odd n=1 call_id='c1'\n"
