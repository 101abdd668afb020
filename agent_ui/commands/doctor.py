"""`callroom doctor`: examines this installation and names the cure for each fault."""

import argparse
import asyncio
import json
import logging
import os
import sys

from agent_ui.config import Config, find_home, load_config
from agent_ui.doctor.examine import examinations, examine
from agent_ui.doctor.finding import Finding, Level, fail, worst
from agent_ui.errors import ConfigError
from agent_ui.memory import open_memory
from cti.clock import SystemClock

MARKS = {Level.OK: "ok  ", Level.WARN: "WARN", Level.FAIL: "FAIL"}
COLOURS = {Level.OK: "32", Level.WARN: "33", Level.FAIL: "31"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    parser.add_argument("--json", action="store_true", help="one object per finding, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Return 1 when something must be cured."""
    # what goes wrong in between is a finding; its trace belongs to those who read the program's log
    logging.getLogger().addHandler(logging.NullHandler())
    findings = _findings()
    for finding in findings:
        print(_as_json(finding) if arguments.json else _as_text(finding, colour=sys.stdout.isatty()))
    return 1 if worst(findings) is Level.FAIL else 0


def _findings() -> list[Finding]:
    try:
        config = load_config()
    except ConfigError as error:
        name = "secrets.toml" if "secrets.toml" in error.key else "callroom.toml"
        file = find_home(os.environ) / name
        return [fail("config_unusable", key=error.key, problem=error.problem, file=file)]
    return asyncio.run(_look(config))


async def _look(config: Config) -> list[Finding]:
    memory = open_memory(config, SystemClock())
    try:
        return await examine(examinations(config, memory.database, SystemClock(), None))
    finally:
        await memory.database.aclose()


def _as_text(finding: Finding, *, colour: bool) -> str:
    mark = MARKS[finding.level]
    if colour:
        mark = f"\033[{COLOURS[finding.level]}m{mark}\033[0m"
    cure = f"\n      {finding.cure}" if finding.cure else ""
    return f"{mark}  {finding.message}{cure}"


def _as_json(finding: Finding) -> str:
    said = {"level": finding.level, "code": finding.code, "message": finding.message, "cure": finding.cure}
    return json.dumps(said | {"values": finding.values}, ensure_ascii=False)
