"""A good request for every route that takes a body, so that rights alone decide its fate."""

from typing import Any

from agent_ui.api.route import Route
from tests.agent_ui.world import PASSWORD, Person
from tests.security.house import FLOW, SCRIPT, Objects, upload

WORD = {"code": "brand_new", "label_zh": "新", "label_en": "New"}
PLAN: dict[str, Any] = {"weekly": {"mon": ["09:00-18:00"]}}
DIAL_RULES = {"may_dial": True, "kinds": ["mobile"], "allowed": [], "blocked": [], "shown_as": "", "withheld": False}
BODIES: dict[str, Any] = {
    "sign_in": {"login": "agent2", "password": PASSWORD},
    "set_preferences": {"language": "zh"},
    "change_own_password": {"current": PASSWORD, "new": PASSWORD},
    "agent_not_ready": {"reason": "break"},
    "dispose_call": {"code": "order"},
    "save_note": {"text": "seen"},
    "invite_to_call": {"agent_id": 1},
    "transfer_call": {"queue_id": 1},
    "press_key": {"key": "5"},
    "set_dial_rules": {
        **dict.fromkeys(("agent", "supervisor", "admin"), DIAL_RULES),
        "per_agent_hour": 0,
        "per_number_day": 0,
    },
    "dial_number": {"number": "13900139000"},
    "supervise_call": {"mode": "listen"},
    "force_hang_up": {"call_id": "call-agent"},
    "force_not_ready": {"reason": "break"},
    "send_bulletin": {"text": "hello", "everybody": True},
    "set_thresholds": {"waiting_alarm": 9},
    "set_assignment": {"queue_ids": [], "version": 1},
    "move_waiting_call": {"queue_id": 1},
    "link_call": {"customer_id": None},
    "add_customer": {"name": "New"},
    "change_customer": {"version": 1, "level": "vip"},
    "add_note": {"text": "hello"},
    "add_open_item": {"title": "call back"},
    "change_open_item": {"done": True},
    "add_task": {"title": "call back"},
    "change_task": {"version": 1, "note": "soon"},
    "finish_task": {"note": "done"},
    "cancel_task": {},
    "snooze_task": {"after_s": 600},
    "assign_task": {"owner_id": None},
    "finish_voicemail": {"done": True},
    "add_user": {"login": "new", "name": "New"},
    "change_user": {"language": "en"},
    "choose_own_phone": {"kind": "sip"},
    "add_queue": {"name": "New"},
    "change_queue": {"name": "Renamed"},
    "add_calendar": {"name": "Night", "body": PLAN},
    "change_calendar": {"name": "Renamed", "body": PLAN},
    "switch_calendar": {"to": "closed"},
    "look_at_calendar": {"body": PLAN},
    "read_holiday_list": {"text": "2026-10-01"},
    "add_flow": {"name": "New", "body": FLOW},
    "save_flow": {"name": "Renamed", "body": FLOW, "version": 1},
    "add_entry_number": {"number": "4999", "label": "Main", "flow_id": 1},
    "change_entry_number": {"label": "Other"},
    "speak_prompt": {"text": "hello"},
    "add_dispositions": WORD,
    "change_dispositions": {"label_en": "Other"},
    "order_dispositions": {"codes": []},
    "add_pause_reasons": WORD,
    "change_pause_reasons": {"label_en": "Other"},
    "order_pause_reasons": {"codes": []},
    "add_tags": {**WORD, "color": "red"},
    "change_tags": {"color": "green"},
    "order_tags": {"codes": []},
    "tag_call": {"tags": ["complaint"]},
    "add_script": {"name": "New", "body": SCRIPT},
    "save_script": {"name": "Renamed", "body": SCRIPT, "version": 1},
    "preview_script": {"body": SCRIPT},
    "walk_call_script": {"script_id": 1, "path": ["hello"]},
    "add_article": {"title": "New", "body": "*Hello*"},
    "save_article": {"title": "Renamed", "body": "Hello", "version": 1},
    "go_back_to_article_version": {"version": 1},
    "go_back_to_script_version": {"version": 1},
    "preview_article": {"body": "# Hello"},
    "make_wallboard": {"name": "Hall"},
    "make_callback_link": {"queue_id": 1, "name": "Sales"},
    "ask_for_callback": {"number": "13700137000", "name": "Li", "wish": "offer 7"},
    "withdraw_callback": {"secret": "of nobody"},
    "show_promise": {"secret": "of nobody"},
    "assign_leads": {"user_ids": [1]},
    "take_leads_back": {"user_id": None},
    "skip_lead": {"reason": "other"},
    "note_register": {"as_of": "2026-11-01T00:00:00Z", "source": "register"},
    "note_lead_consent": {"given_at": None},
    "start_export": {"axis": "day", "first": "2026-11-01", "last": "2026-11-22", "format": "csv"},
    "save_report": {"name": "Days", "choices": {"axis": "day"}},
    "change_report": {"name": "Days", "choices": {"axis": "day"}},
    "ask_campaign_report": {"axis": "campaign_day", "first": "2026-11-01", "last": "2026-11-22"},
    "list_attempts_behind": {"axis": "campaign", "first": "2026-11-01", "last": "2026-11-22", "figure": "talks"},
    "start_campaign_export": {"axis": "campaign", "first": "2026-11-01", "last": "2026-11-22", "format": "csv"},
    "label_unlabelled": {"label": "empty"},
    "start_staffing": {
        **{"people": 1, "agents": [1], "hours_per_day": 0.5, "talk_s": 60, "wrap_up_s": 5, "answer_ratio": 0.5},
        **{"machine_ratio": 0, "dead_ratio": 0, "mode": "progressive", "lines_per_agent": 1, "lines_max": 1},
        "abandonment_limit_ratio": 0.03,
    },
    "ask_report": {"axis": "day", "first": "2026-11-01", "last": "2026-11-22"},
    "list_calls_behind": {"axis": "day", "first": "2026-11-01", "last": "2026-11-22", "figure": "offered"},
    "call_demo": {"kind": "known"},
    "reveal_number": {"ref": "call:…", "reason": "test"},
    "erase_customer": {"confirm": "nobody of this name"},
    "hold_customer": {"reason": ""},
    "add_do_not_call": {"number": "13900139000", "reason": "asked us"},
    "remove_do_not_call": {"reason": "wants calls again"},
    "add_campaign": {"name": "New", "mode": "preview", "queue_id": 1, "policies": ["cn"]},
    "change_campaign": {"name": "Renamed", "mode": "preview", "queue_id": 1, "policies": ["cn"]},
    "step_campaign": {"step": "started"},
    "add_lead_list": {"name": "New"},
    "change_lead_list": {"name": "Renamed"},
    "set_supervision_sight": {"agents_see_supervisors": True},
    "set_number_rights": {"agent": "masked", "supervisor": "see", "admin": "see", "reveals_per_day": 3},
}


async def send(person: Person, route: Route, objects: Objects, **more: Any) -> tuple[int, Any]:
    """Ask as this person for these objects."""
    if route.uploads:
        return await person.call(route.method, objects.path(route), data=upload(), **more)
    body = BODIES.get(route.name)
    if route.name == "reveal_number":
        body = {**body, "ref": f"call:{objects.call_id}"}
    return await person.call(route.method, objects.path(route), body, **more)
