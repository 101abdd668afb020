"""`callroom audit …`: whether the audit log is as it was written."""

import argparse
import asyncio
import re

from agent_ui.config import Config, load_config
from agent_ui.joints.witness import Witness, notes_path, read_notes
from agent_ui.memory import open_memory
from crm_core.domain.chain import Break, ChainCheck
from crm_core.migrations import check_revision
from cti.clock import SystemClock

_EXPECTED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="go through the whole chain; exit code 1 and the entry where it breaks")
    verify.add_argument(
        "--expect",
        action="append",
        default=[],
        type=expected,
        metavar="ENTRY:HASH",
        help="an end of the log that you wrote down earlier (as `audit head` prints it); may be repeated",
    )
    verify.set_defaults(run=run_verify)
    actions.add_parser("head", help="print where the log ends, to keep it elsewhere").set_defaults(run=run_head)


def expected(text: str) -> tuple[int, str]:
    """Read what `audit head` printed."""
    match = _EXPECTED.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1234:0f… (a number, a colon, 64 hexadecimal digits)")
    return int(match[1]), match[2]


def run_verify(arguments: argparse.Namespace) -> int:
    """Works while Callroom serves, too."""
    config = load_config()
    notes = read_notes(notes_path(config.home)) | dict(arguments.expect)
    check, found = asyncio.run(_verify(config, notes))
    if found is None:
        erased = f", {check.erased} of them with erased details" if check.erased else ""
        print(f"The audit log holds: {check.count} entries{erased}, the last {check.last.entry_id}:")
        print(f"{check.last.entry_id}:{check.last.link_hash}")
        print(f"It agrees with {len(notes)} earlier notes of its end.")
        return 0
    print(f"The audit log is broken: entry {found.entry_id} {found.message} ({found.code}).")
    print(
        f"The {check.count} entries before it hold. Compare with a backup; `callroom audit verify` tells when it fits."
    )
    return 1


def run_head(arguments: argparse.Namespace) -> int:
    """Print the end, and note it in the home folder as well."""
    del arguments
    config = load_config()
    head = asyncio.run(_head(config))
    print(f"{head[0]}:{head[1]}")
    return 0


async def _verify(config: Config, notes: dict[int, str]) -> tuple[ChainCheck, Break | None]:
    await check_revision(config.database_url)
    memory = open_memory(config, SystemClock())
    try:
        return await memory.audit.verify(notes)
    finally:
        await memory.database.aclose()


async def _head(config: Config) -> tuple[int, str]:
    await check_revision(config.database_url)
    memory = open_memory(config, SystemClock())
    try:
        head = await memory.audit.head()
        await Witness(memory.audit, notes_path(config.home), SystemClock()).note()
        return head.entry_id, head.link_hash
    finally:
        await memory.database.aclose()
