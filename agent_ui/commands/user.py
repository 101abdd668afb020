"""`callroom user …`: accounts from the command line, for whoever owns the machine."""

import argparse
import asyncio
import getpass
import sys

from agent_ui.auth.passwords import PASSWORD_MAX, PASSWORD_MIN, Passwords
from agent_ui.config import Config, load_config
from agent_ui.memory import Memory, open_memory
from agent_ui.secrets import make_password
from crm_core.audit import SYSTEM
from crm_core.errors import NotFound
from crm_core.storage.fields import refuse
from crm_core.users import ROLES, UserChanges, UserDraft
from cti.clock import SystemClock


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a user; asks for a password")
    add.add_argument("login", help="what they sign in with")
    add.add_argument("--name", help="the person's name (the login)")
    add.add_argument("--role", choices=ROLES, default="agent")
    add.add_argument("--language", choices=("zh", "en"), default="zh")
    add.add_argument(
        "--queue",
        type=int,
        action="append",
        default=[],
        metavar="ID",
        help="take calls from this queue; may be repeated",
    )
    add.set_defaults(run=run, action=_add)
    password = actions.add_parser("password", help="set a new password")
    password.add_argument("login")
    for command in (add, password):
        command.add_argument("--generate", action="store_true", help="generate the password and print it, ask nothing")
    password.set_defaults(run=run, action=_set_password)


def run(arguments: argparse.Namespace) -> None:
    """Works while Callroom serves, too: it looks at the roster every few seconds."""
    asyncio.run(_with_memory(load_config(), arguments))


def choose_password(*, generate: bool) -> tuple[str, str]:
    """Ask at a terminal, else generate; return the password, and what may be shown of it."""
    if generate or not sys.stdin.isatty():
        made = make_password()
        return made, made
    typed = getpass.getpass(f"New password ({PASSWORD_MIN} characters at least; empty: generate one): ")
    if not typed:
        return choose_password(generate=True)
    if not PASSWORD_MIN <= len(typed) <= PASSWORD_MAX:
        refuse("password", "bad_length", f"must have {PASSWORD_MIN} to {PASSWORD_MAX} characters")
    if getpass.getpass("Once more: ") != typed:
        refuse("password", "not_the_same", "was typed differently the second time")
    return typed, "(the password that was typed)"


async def _with_memory(config: Config, arguments: argparse.Namespace) -> None:
    memory, passwords = open_memory(config, SystemClock()), Passwords()
    await memory.database.start()
    try:
        await arguments.action(memory, passwords, arguments)
    finally:
        await memory.database.aclose()
        passwords.close()


async def _add(memory: Memory, passwords: Passwords, arguments: argparse.Namespace) -> None:
    password, shown = choose_password(generate=arguments.generate)
    stored = await passwords.hash(password)
    name = arguments.name or arguments.login
    draft = UserDraft(arguments.login, name, stored, arguments.role, arguments.language, tuple(arguments.queue))
    user = await memory.users.add(draft, SYSTEM)
    print(f"{user.login}  {shown}  role {user.role}, extension {user.extension or 'none'}")


async def _set_password(memory: Memory, passwords: Passwords, arguments: argparse.Namespace) -> None:
    found = await memory.users.credentials(arguments.login)
    if found is None:
        raise NotFound("user", arguments.login)
    password, shown = choose_password(generate=arguments.generate)
    changes: UserChanges = {"password_hash": await passwords.hash(password)}
    await memory.users.change(found.user_id, None, changes, SYSTEM)
    await memory.sessions.remove_of_user(found.user_id)
    print(f"{arguments.login}  {shown}")
