"""`callroom lines`: carriers' announcements that the dialer knows again, and what was heard on a line."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent_ui.announcements.starter import add_starter
from agent_ui.config import find_home
from cti.asterisk.install import require_tool
from cti.asterisk.layout import prefix_of
from cti.asterisk.voice import Voice
from dialer.listening.answering import Answering
from dialer.listening.listener import LineListener
from dialer.listening.shelf import Known, Shelf, shipped_plans, shipped_trees
from dialer.listening.sound import FRAME
from dialer.listening.wav import read_wav
from dialer.listening.words import RECORDED, SET_ASIDE, LineVerdict, Phase

_LABELS = sorted({*map(str, RECORDED), *SET_ASIDE})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _action(actions, "list", _list, "show the recordings of the library")
    _action(actions, "build", _build, "compare all recordings with one another, and note the library's version")
    _action(actions, "starter", _starter, "add what the telephone network simulator says")
    _action(actions, "clusters", _clusters, "show what was heard in three calls or more and has no label")
    add = _action(actions, "add", _add, "add a recording (WAV, 8 kHz, mono, 16 bit)")
    add.add_argument("file", type=Path)
    add.add_argument("id", help="small letters, digits, dots and dashes")
    label = _action(actions, "label", _label, "give a cluster its label")
    label.add_argument("id", help="as `clusters` shows it")
    for each in (add, label):
        each.add_argument("label", choices=_LABELS, metavar="LABEL", help=", ".join(_LABELS))
        for name in ("carrier", "country", "language", "transcript"):
            each.add_argument(f"--{name}", default="")
        each.add_argument("--by", default=os.environ.get("USER", ""), help="who heard it (default: you)")
    listen = _action(actions, "listen", _listen, "say what a recording of a line would have been taken for")
    listen.add_argument("file", type=Path)
    listen.add_argument("--answered", action="store_true", help="it begins with the answer (default: early media)")


def _action(actions: Any, name: str, run: Any, help_text: str) -> Any:
    action = actions.add_parser(name, help=help_text, description=help_text)
    action.set_defaults(run=run)
    return action


def _shelf() -> Shelf:
    return Shelf(find_home(os.environ) / "lines")


def _list(_arguments: argparse.Namespace) -> None:
    prompts = _shelf().prompts()
    for each in prompts:
        state = "" if each.active else "  (not in use)"
        print(f"{each.id:32} {each.label:12} {each.carrier:16} {each.transcript}{state}")
    if not prompts:
        print("No recordings. Begin with `callroom lines starter`, `callroom lines add` or `callroom lines clusters`.")


def _build(_arguments: argparse.Namespace) -> None:
    library = _shelf().build()
    for each in library.shared:
        print(f"{each.first} and {each.second} share {each.shared_s:g} s ({each.ratio:.0%} of the shorter)")
    print(f"{len(library.index.known)} recordings, version {library.version}")


def _starter(arguments: argparse.Namespace) -> None:
    prefix = prefix_of(find_home(os.environ), os.environ)
    add_starter(_shelf(), Voice(require_tool(prefix, "espeak-ng"), require_tool(prefix, "ffmpeg")))
    _build(arguments)


def _clusters(_arguments: argparse.Namespace) -> None:
    found = _shelf().clusters()
    for each in found:
        print(f"{each.name}: heard in {len(each.calls)} calls ({', '.join(each.calls[:5])})")
    if not found:
        print("Nothing was heard in three calls that has no label.")


def _add(arguments: argparse.Namespace) -> None:
    shelf = _shelf()
    shelf.add(arguments.id, arguments.label, arguments.file, **_known(arguments))
    _build(arguments)


def _label(arguments: argparse.Namespace) -> None:
    _shelf().label(arguments.id, arguments.label, **_known(arguments))
    _build(arguments)


def _known(arguments: argparse.Namespace) -> Known:
    now = datetime.now(UTC)  # noqa: TID251 - a command is at its terminal's time
    return {
        "carrier": arguments.carrier,
        "country": arguments.country,
        "language": arguments.language,
        "transcript": arguments.transcript,
        "reviewed_by": arguments.by,
        "heard_on": f"{now:%Y-%m-%d}",
        "added_at": now.isoformat(),
    }


def _listen(arguments: argparse.Namespace) -> None:
    samples = read_wav(arguments.file)
    phase = Phase.ANSWERED if arguments.answered else Phase.EARLY
    listener = LineListener(phase, _shelf().build().index, shipped_plans(), Answering(shipped_trees()))
    for begin in range(0, len(samples) - FRAME + 1, FRAME):
        verdict = listener.feed(samples[begin : begin + FRAME])
        if verdict is not None:
            _show(verdict)
    _show(listener.finish())


def _show(verdict: LineVerdict) -> None:
    heard = "; ".join(f"{each.kind} {each.ref} {each.score:.2f} margin {each.margin:.2f}" for each in verdict.evidence)
    end = "final" if verdict.is_final else "so far"
    print(f"{verdict.at_ms / 1000:6.2f} s  {verdict.label:12} {verdict.confidence_ratio:.2f}  {end}  {heard}")
