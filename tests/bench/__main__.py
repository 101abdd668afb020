"""`make bench`: measure every section, or those of ONLY, and put each into BENCHMARKS.md.

With QUICK=1 they are short and only shown: to see that they work. OUT names another file than BENCHMARKS.md.
"""

import asyncio
import importlib
import os
import sys
import time
import traceback
from pathlib import Path

from tests.bench.machine import look
from tests.bench.place import root
from tests.bench.section import How, Section, how_from_environment, put, stamp, stamped
from tests.bench.sections import MODULES, NAMES


def main() -> int:
    """Return 1 if a section could not be measured; the others are written all the same."""
    only = [name.strip() for name in os.environ.get("ONLY", "").split(",") if name.strip()]
    unknown = set(only) - set(NAMES)
    if unknown:
        say(f"no such section: {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}")
        return 2
    how, failed = how_from_environment(), []
    for name in NAMES:
        if (not only or name in only) and not run(name, how):
            failed.append(name)
    if failed:
        say(f"not measured: {', '.join(failed)}")
    return 1 if failed else 0


def run(name: str, how: How) -> bool:
    """Measure one section; whether it worked."""
    section: Section = importlib.import_module(f"tests.bench.sections.{MODULES.get(name, name)}").SECTION
    say(f"{name}, about {section.takes_min:g} min" if not how.is_quick else f"{name}, quick")
    machine, began = look(), time.monotonic()
    try:
        text = asyncio.run(section.measure(how))
    except Exception:
        traceback.print_exc()
        return False
    text = stamped(text, stamp(section, machine, time.monotonic() - began))
    if how.is_quick:
        sys.stdout.write(f"{text}\n\n")
    else:
        page = Path(os.environ.get("OUT", "") or root() / "BENCHMARKS.md")
        before = page.read_text(encoding="utf-8") if page.exists() else ""
        page.write_text(put(before, name, text, NAMES), encoding="utf-8")
        say(f"{name}: written to {page.name}")
    return True


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stdout.write(f"==> {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
