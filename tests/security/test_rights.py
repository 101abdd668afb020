"""Every route and every socket command, asked by everybody, for their own and for another's objects.

The policy below is the only place that says what should come of it: a route or a command that it does not name fails.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agent_ui.api.route import SAFE_METHODS, Route
from agent_ui.api.table import ROUTES
from agent_ui.push.protocol import Asked
from crm_core.audit import SYSTEM
from crm_core.task_rows import TaskFilter
from crm_core.task_writing import TaskDraft
from tests.agent_ui.world import World, running_world
from tests.security.house import Objects, house
from tests.security.requests import BODIES, send

# Who is let in. `own`: agents to what is theirs, supervisors and administrators to all; hidden: to others it looks as
# if it were not there; shared: what the whole house works on.
ANYBODY, SIGNED_IN, SUPERVISORS, ADMINS = "anybody", "signed in", "supervisors", "admins"
OWN_HIDDEN, OWN_REFUSED, SHARED = "own, hidden", "own, refused", "shared"
# nobody by a session: tests/security/test_wallboard.py says who
BY_LINK = "by a link's token"
# supervisors, each their own alone: tests/agent_ui/api/test_reports.py lets them in
MAKERS = "their makers"
POLICY: dict[str, str] = {
    "sign_in": ANYBODY,
    "show_health": ANYBODY,
    **dict.fromkeys(("show_session", "set_preferences", "change_own_password", "sign_out"), SIGNED_IN),
    **dict.fromkeys(("agent_sign_in", "agent_sign_out", "agent_ready", "agent_not_ready", "dial_number"), SIGNED_IN),
    # who may choose is a setting, which is off here; a test of the route has it on
    **dict.fromkeys(("show_own_phone", "choose_own_phone", "show_own_account", "redial_own_phone"), SIGNED_IN),
    **dict.fromkeys(("show_softphone", "show_directory", "list_dispositions", "list_pause_reasons"), SIGNED_IN),
    **dict.fromkeys(("list_articles", "show_article"), SIGNED_IN),
    **dict.fromkeys(("list_scripts", "add_script", "save_script", "remove_script", "preview_script"), ADMINS),
    **dict.fromkeys(("show_call_script", "walk_call_script"), OWN_HIDDEN),
    **dict.fromkeys(("add_article", "save_article", "remove_article"), ADMINS),
    **dict.fromkeys(("list_article_versions", "compare_article_versions", "go_back_to_article_version"), ADMINS),
    **dict.fromkeys(("list_script_versions", "compare_script_versions", "go_back_to_script_version"), ADMINS),
    "preview_article": ADMINS,
    "list_tags": SIGNED_IN,
    # whose they are the rows say: tests/agent_ui/api/test_own_leads.py tries them on another's
    **dict.fromkeys(("list_own_leads", "dial_lead", "skip_lead"), SIGNED_IN),
    "list_missed_offers": SIGNED_IN,  # by the asker's own id
    # words alone, the same for everybody: nothing of the call is told
    "list_call_dispositions": SIGNED_IN,
    **dict.fromkeys(("assign_leads", "take_leads_back"), SUPERVISORS),
    # of these the floor decides: tests below try them on another's living call
    **dict.fromkeys(("decline_call", "hang_up_call", "rejoin_call"), SIGNED_IN),
    **dict.fromkeys(("pause_recording", "resume_recording", "start_recording", "stop_recording"), SIGNED_IN),
    **dict.fromkeys(("hold_call", "retrieve_call", "invite_to_call", "leave_call", "transfer_call"), SIGNED_IN),
    **dict.fromkeys(("park_call", "pick_up_call", "send_to_survey", "ask_for_help", "need_no_help"), SIGNED_IN),
    **dict.fromkeys(("swap_party", "bring_party_in", "drop_party"), SIGNED_IN),
    **dict.fromkeys(("mute_self", "unmute_self", "press_key"), SIGNED_IN),
    # lists show each what is theirs: a test below reads them
    **dict.fromkeys(("list_calls", "list_recordings", "list_voicemails", "show_demo", "call_demo"), SIGNED_IN),
    **dict.fromkeys(("dispose_call", "save_note", "link_call", "tag_call", "show_call", "show_pop"), OWN_HIDDEN),
    "show_called_lead": OWN_HIDDEN,
    "show_callback_times": OWN_HIDDEN,
    **dict.fromkeys(("play_voicemail", "show_voicemail_peaks", "hear_voicemail", "finish_voicemail"), OWN_HIDDEN),
    **dict.fromkeys(("list_tasks", "add_task"), SIGNED_IN),
    **dict.fromkeys(("show_task", "change_task", "finish_task", "cancel_task", "reopen_task"), OWN_HIDDEN),
    **dict.fromkeys(("snooze_task", "assign_task"), OWN_HIDDEN),
    "reveal_number": OWN_HIDDEN,
    **dict.fromkeys(("show_supervision_sight", "set_supervision_sight"), ADMINS),
    **dict.fromkeys(("show_number_rights", "set_number_rights", "show_dial_rules", "set_dial_rules"), ADMINS),
    **dict.fromkeys(("export_personal_data", "erase_customer", "hold_customer"), ADMINS),
    **dict.fromkeys(("play_recording", "show_peaks"), OWN_REFUSED),
    **dict.fromkeys(("list_customers", "add_customer", "show_customer", "change_customer"), SHARED),
    "add_do_not_call": SHARED,
    **dict.fromkeys(
        (
            *("list_do_not_call", "remove_do_not_call", "restore_do_not_call", "import_do_not_call"),
            "preview_do_not_call",
        ),
        SUPERVISORS,
    ),
    **dict.fromkeys(("show_timeline", "add_note", "add_open_item", "change_open_item"), SHARED),
    **dict.fromkeys(
        ("preview_import", "start_import", "show_import", "show_running_import", "stop_import"), SUPERVISORS
    ),
    **dict.fromkeys(("list_campaigns", "show_campaign", "show_campaign_choices", "add_campaign"), SUPERVISORS),
    **dict.fromkeys(("change_campaign", "remove_campaign", "step_campaign"), SUPERVISORS),
    **dict.fromkeys(("list_lead_lists", "add_lead_list", "change_lead_list", "remove_lead_list"), SUPERVISORS),
    **dict.fromkeys(("list_leads", "take_out_lead", "put_back_lead", "preview_lead_import"), SUPERVISORS),
    **dict.fromkeys(("show_lead_why", "note_lead_consent", "list_registers", "note_register"), SUPERVISORS),
    "start_list_import": SUPERVISORS,
    **dict.fromkeys(("start_lead_import", "list_lead_imports", "show_lead_import", "stop_lead_import"), SUPERVISORS),
    **dict.fromkeys(("show_campaign_live", "list_attempts", "show_compliance", "export_compliance"), SUPERVISORS),
    **dict.fromkeys(("list_wallboards", "make_wallboard", "revoke_wallboard"), SUPERVISORS),
    "watch_wallboard": BY_LINK,
    # customers have no login: the key in the address lets in, tests/security/test_callback_form.py says to what
    **dict.fromkeys(("show_callback_form", "ask_for_callback"), ANYBODY),
    **dict.fromkeys(("withdraw_callback", "show_promise", "preflight_callback", "preflight_promise"), ANYBODY),
    **dict.fromkeys(("list_callback_links", "make_callback_link"), ADMINS),
    **dict.fromkeys(("revoke_callback_link", "restore_callback_link"), ADMINS),
    **dict.fromkeys(("ask_report", "list_calls_behind", "start_export", "list_exports"), SUPERVISORS),
    **dict.fromkeys(("ask_campaign_report", "list_attempts_behind", "start_campaign_export"), SUPERVISORS),
    # each has their own, and sees no other's
    **dict.fromkeys(("show_staffing_known", "start_staffing", "show_staffing"), SUPERVISORS),
    **dict.fromkeys(("cancel_staffing", "download_staffing"), SUPERVISORS),
    **dict.fromkeys(("list_announcements", "upload_announcement", "add_starter_announcements"), SUPERVISORS),
    **dict.fromkeys(("play_announcement", "remove_announcement", "restore_announcement"), SUPERVISORS),
    **dict.fromkeys(("list_unlabelled", "sort_unlabelled", "play_unlabelled", "label_unlabelled"), SUPERVISORS),
    **dict.fromkeys(("show_export", "cancel_export", "remove_export", "download_export"), MAKERS),
    **dict.fromkeys(
        ("list_saved_reports", "save_report", "change_report", "remove_report", "send_report"), SUPERVISORS
    ),
    # the floor decides whether it fits; an agent gets nothing of it
    "close_help": SUPERVISORS,
    **dict.fromkeys(("send_bulletin", "list_sent_bulletins", "revoke_bulletin"), SUPERVISORS),
    # what is not theirs they neither see nor change
    **dict.fromkeys(("list_bulletins", "acknowledge_bulletin"), SIGNED_IN),
    **dict.fromkeys(("supervise_call", "stop_supervising", "force_hang_up", "force_ready"), SUPERVISORS),
    **dict.fromkeys(("record_call", "stop_recording_call"), SUPERVISORS),
    **dict.fromkeys(("force_not_ready", "force_sign_out", "move_waiting_call", "take_waiting_call"), SUPERVISORS),
    "cancel_callback": SUPERVISORS,
    **dict.fromkeys(
        ("show_assignment", "set_assignment", "set_thresholds", "clear_thresholds", "accept_help"), SUPERVISORS
    ),
    **dict.fromkeys(("list_users", "add_user", "change_user", "reset_password", "show_desk_account"), ADMINS),
    **dict.fromkeys(("list_queues", "add_queue", "change_queue", "remove_queue"), ADMINS),
    **dict.fromkeys(("add_calendar", "change_calendar", "remove_calendar", "read_holiday_list"), ADMINS),
    **dict.fromkeys(("list_calendars", "switch_calendar", "look_at_calendar"), SUPERVISORS),
    **dict.fromkeys(("list_flows", "add_flow", "show_flow", "save_flow", "remove_flow"), ADMINS),
    **dict.fromkeys(("list_entry_numbers", "add_entry_number", "change_entry_number", "remove_entry_number"), ADMINS),
    **dict.fromkeys(("list_prompts", "upload_prompt", "speak_prompt", "play_prompt", "remove_prompt"), ADMINS),
    **dict.fromkeys(("list_music", "upload_music", "play_music", "remove_music", "restore_music"), ADMINS),
    **dict.fromkeys(("add_dispositions", "order_dispositions", "change_dispositions", "retire_dispositions"), ADMINS),
    **dict.fromkeys(("add_tags", "order_tags", "change_tags", "retire_tags"), ADMINS),
    **dict.fromkeys(("add_pause_reasons", "order_pause_reasons", "change_pause_reasons"), ADMINS),
    **dict.fromkeys(("retire_pause_reasons", "list_audit", "show_health_detail"), ADMINS),
}
AGENTS = {"agent", "stranger"}
SOCKET_POLICY = {"/cti": {"agent", "stranger", "supervisor", "admin"}, "/sip": {"agent", "stranger", "supervisor"}}
# Both are about the page that says them alone: a fresh snapshot, and "the phone is here now"
COMMAND_POLICY = {Asked.RESYNC: SIGNED_IN, Asked.CLAIM: SIGNED_IN}
REFUSED = {401: "not_signed_in", 403: "not_allowed", 404: "not_found"}


def expected(policy: str, who: str, owner: str) -> int | None:
    """The status of a refusal, None where the request has to be let in."""
    if policy == ANYBODY:
        return None
    if who == "nobody" or policy == BY_LINK:
        return 401
    if policy in {OWN_HIDDEN, OWN_REFUSED} and who in AGENTS and who != owner:
        return 404 if policy == OWN_HIDDEN else 403
    if policy == MAKERS:
        return 403 if who in AGENTS else 404
    if (policy == SUPERVISORS and who in AGENTS) or (policy == ADMINS and who != "admin"):
        return 403
    return None


def contents(home: Path) -> list[str]:
    """All that is stored, but for who is signed in and the trace."""
    connection = sqlite3.connect(home / "callroom.db")
    lines = [
        line for line in connection.iterdump() if not line.startswith(('INSERT INTO "sessions"', 'INSERT INTO "audit_'))
    ]
    connection.close()
    return lines


def test_the_policy_names_every_route_and_nothing_else() -> None:
    assert set(POLICY) == {route.name for route in ROUTES}
    assert {route.name for route in ROUTES if route.body is not None} <= set(BODIES)


def test_the_policy_names_every_socket_command() -> None:
    assert set(COMMAND_POLICY) == set(Asked)


CASES = [
    ("nobody", "agent"),
    ("agent", "stranger"),
    ("stranger", "agent"),
    ("agent", "agent"),
    ("stranger", "stranger"),
    ("supervisor", "agent"),
    ("supervisor", "stranger"),
    ("admin", "agent"),
]


@pytest.mark.parametrize(("who", "owner"), CASES)
async def test_everybody_gets_what_the_policy_says(who: str, owner: str, tmp_path: Path) -> None:
    async with house(tmp_path, live=True) as (world, objects):
        person = world.stranger() if who == "nobody" else await world.person(who)
        before = contents(tmp_path)
        for route in ROUTES:
            status = expected(POLICY[route.name], who, owner)
            if status is None:
                continue
            found, answer = await send(person, route, objects[owner])
            code = "link_needed" if POLICY[route.name] == BY_LINK else REFUSED[status]
            assert (found, answer["error"]["code"]) == (status, code), (who, owner, route.name)
        assert contents(tmp_path) == before, "a refusal had an effect"
        # removals and signing out come last: the others need what they take away
        for route in sorted(ROUTES, key=lambda one: (one.name == "sign_out", one.method == "DELETE")):
            if expected(POLICY[route.name], who, owner) is None:
                await _let_in(world, person if route.name != "sign_in" else world.stranger(), route, objects[owner])


async def _let_in(world: World, person: Any, route: Route, objects: Objects) -> None:
    found, answer = await send(person, route, objects)
    # 409 and 422: it was the state or the content that did not fit
    assert found < 300 or found in {409, 422}, (route.name, found, answer)
    # who has no phone sees none, and a plan that nobody asked for is no file
    if route.method in SAFE_METHODS and route.name not in {"show_softphone", "download_staffing"}:
        assert found == 200, (route.name, answer)


@pytest.mark.parametrize("who", ["agent", "stranger", "supervisor", "admin"])
async def test_lists_show_each_what_is_theirs(who: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, objects):
        person = await world.person(who)
        for path, key in (("/calls", "call_id"), ("/recordings", "recording_id"), ("/voicemails", "voicemail_id")):
            _, page = await person.call("GET", path)
            expected_ids = {getattr(one, key) for name, one in objects.items() if who not in AGENTS or who == name}
            assert {item["id"] for item in page["items"]} == expected_ids, path
        other = objects["stranger" if who == "agent" else "agent"]
        status, _ = await person.call("GET", f"/calls?agent_id={other.user_id}")
        assert status == (403 if who in AGENTS else 200)
        _, page = await person.call("GET", f"/recordings?agent_id={other.user_id}")
        assert {item["id"] for item in page["items"]} == (
            {objects[who].recording_id} if who in AGENTS else {other.recording_id}
        )


@pytest.mark.parametrize("who", ["agent", "stranger", "supervisor", "admin"])
async def test_tasks_are_their_owners_and_their_teams(who: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, objects):
        person = await world.person(who)

        async def listed(query: str) -> set[int]:
            _, page = await person.call("GET", f"/tasks?{query}")
            return {item["id"] for item in page["items"]}

        book, leads = world.parts.memory.tasks, who not in AGENTS
        teams = {
            one: (await book.open(TaskDraft("team", queue_id=objects[one].queue_id), SYSTEM)).id for one in objects
        }
        voicemails = {
            one: {row.id for row in (await book.page(TaskFilter(queue_id=objects[one].queue_id))).items}
            for one in objects
        }
        own = set() if leads else {objects[who].task_id}
        team = set() if leads else voicemails[who]
        assert leads or teams[who] in team
        assert (await listed("scope=mine"), await listed("scope=team")) == (own, team)
        assert await listed("scope=todo") == own | team
        status, answer = await person.call("GET", "/tasks?scope=all")
        if leads:
            everybodys = {one.task_id for one in objects.values()}.union(*voicemails.values())
            assert {item["id"] for item in answer["items"]} == everybodys
        else:
            assert (status, answer["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("kind", ["call", "message", "task"])
async def test_a_number_is_revealed_to_whom_its_object_is_shown(kind: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, objects):
        for who, owner in (("agent", "agent"), ("agent", "stranger"), ("stranger", "agent"), ("supervisor", "agent")):
            person, one = await world.person(who), objects[owner]
            ref = f"{kind}:{ {'call': one.call_id, 'message': one.voicemail_id, 'task': one.task_id}[kind] }"
            status, _ = await person.call("POST", "/numbers/reveal", {"ref": ref, "reason": "call back"})
            assert status == (404 if who in AGENTS and who != owner else 200), (who, owner)


@pytest.mark.parametrize("who", ["nobody", "agent", "stranger", "supervisor", "admin"])
async def test_sockets_open_for_whom_the_policy_says(who: str, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, _):
        person = world.stranger() if who == "nobody" else await world.person(who)
        for path, allowed in SOCKET_POLICY.items():
            for origin in (world.base, "http://evil.example", "null", "", None):
                status = await _upgrade(person.session, world.base + path, origin)
                if origin != world.base:
                    assert status == 403, (path, origin)
                elif who == "nobody":
                    assert status == 401
                elif who in allowed:
                    # there is no Asterisk here
                    assert status == (101 if path == "/cti" else 503)
                else:
                    assert status == 403


async def _upgrade(session: aiohttp.ClientSession, address: str, origin: str | None) -> int:
    headers = {} if origin is None else {"Origin": origin}
    try:
        async with session.ws_connect(address, headers=headers):
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status


VIEWS: dict[str, dict[str, Any]] = {
    "call:mine": {"agent_id": "agent", "caller": {"number": "+861", "name": ""}, "state": "talking"},
    "call:theirs": {"agent_id": "stranger", "caller": {"number": "+862", "name": ""}, "state": "talking"},
    "call:waiting": {"agent_id": None, "caller": {"number": "+863", "name": ""}, "state": "waiting"},
    "agent:1": {"agent_id": "agent", "state": "talking", "call_id": "mine", "needs_disposition": False},
    "agent:2": {"agent_id": "stranger", "state": "talking", "call_id": "theirs", "needs_disposition": False},
    "queue:1": {"waiting": 1},
    "queue:2": {"waiting": 0},
    "secret:1": {"agent_id": "agent"},
}
SEEN = {
    "agent": {"call:mine", "pop:mine", "agent:1", "agent:2", "queue:1", "system"},
    "stranger": {"call:theirs", "pop:theirs", "agent:1", "agent:2", "queue:2", "system"},
    "supervisor": {*VIEWS, "system", "thresholds"} - {"secret:1"},
    "admin": {*VIEWS, "system", "thresholds"} - {"secret:1"},
}


@pytest.mark.parametrize("who", list(SEEN))
@pytest.mark.parametrize("command", list(Asked))
async def test_push_tells_each_what_is_theirs(who: str, command: Asked, tmp_path: Path) -> None:
    async with house(tmp_path) as (world, _):
        for key, view in VIEWS.items():
            owner = world.users.get(view.get("agent_id") or "")
            known = {**view, "agent_id": owner.id if owner else None} if "agent_id" in view else view
            world.telephony.floor.views[key] = {"customer_id": None, **known}
        for call_id in ("mine", "theirs", "waiting"):
            world.parts.hub.pops.want(call_id, f"+86138{call_id}", None)
            await _until_known(world, call_id)
        person = await world.person(who)
        async with person.session.ws_connect(f"{world.base}/cti", headers={"Origin": world.base}) as socket:
            first = await socket.receive_json(timeout=20)
            await socket.send_str(f'{{"type": "{command.value}"}}')
            if command is not Asked.RESYNC:
                await socket.send_str('{"type": "resync"}')
            again = await socket.receive_json(timeout=20)
        for message in (first, again):
            assert message["type"] == "snapshot"
            assert set(message["objects"]) == SEEN[who]
        if who in AGENTS:
            colleague = first["objects"]["agent:2" if who == "agent" else "agent:1"]
            assert not {"call_id", "needs_disposition"} & set(colleague)


async def _until_known(world: World, call_id: str) -> None:
    async with asyncio.timeout(20):
        while world.parts.hub.pops.pop(call_id) is None:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "said", ['{"type": "snapshot"}', '{"type": "hang_up"}', '{"type": 1}', "[]", "resync", "{" * 5000, "\x00"]
)
async def test_any_other_word_ends_the_socket(said: str, tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        person = await world.person("admin")
        async with person.session.ws_connect(f"{world.base}/cti", headers={"Origin": world.base}) as socket:
            await socket.receive_json(timeout=20)
            await socket.send_str(said)
            assert (await socket.receive(timeout=20)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
