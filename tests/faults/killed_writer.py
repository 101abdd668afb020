"""A program that saves, says so on its output, and expects to be killed: run by test_durability.py.

    python -m tests.faults.killed_writer sqlite|spool PLACE SEED

It forks for each line that it reads, so that only the first start pays for the imports; a line is the child's number.
"""

import asyncio
import os
import sys
from pathlib import Path

from crm_core.diary.entry import Entry
from crm_core.diary.spool import Spool
from crm_core.errors import StorageError
from crm_core.storage.database import Database
from tests.crm_core.floor_story import started
from tests.faults.durable_writer import AT, put


def main() -> None:
    kind, place, seed = sys.argv[1:]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(RUNS[kind](place, f"w{seed}-{line.strip()}"))
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


async def save_in_sqlite(place: str, name: str) -> None:
    database = Database(f"sqlite:///{place}")
    await database.start()
    async with asyncio.TaskGroup() as tasks:
        for writer in range(4):
            tasks.create_task(save_on(database, f"{name}-{writer}"))


async def save_on(database: Database, name: str) -> None:
    number = 0
    while True:
        number += 1
        key = f"{name}-{number}"
        say(f"sent {key}")
        try:
            await database.write(lambda connection, key=key: put(connection, key))  # type: ignore[misc]
        except StorageError:
            continue
        say(f"done {key}")


async def save_in_spool(place: str, name: str) -> None:
    spool, number = Spool(Path(place)), 0
    while True:
        keys = [f"{name}-{number + n}" for n in range(1, 4)]
        number += 3
        for key in keys:
            say(f"sent {key}")
        spool.append([Entry(key, number, AT, started(key, AT)) for key in keys])
        for key in keys:
            say(f"done {key}")


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


RUNS = {"sqlite": save_in_sqlite, "spool": save_in_spool}

if __name__ == "__main__":
    main()
