"""The route table: everything that the API can do, and nothing else."""

from aiohttp import web

from agent_ui.api import (
    agent,
    articles,
    assignment,
    audit,
    bulletins,
    calendars,
    callback_form,
    callback_links,
    calls,
    campaign_attempts,
    campaign_compliance,
    campaign_live,
    campaign_reports,
    campaigns,
    controls,
    customers,
    demo,
    dialing,
    dispositions,
    do_not_call,
    do_not_call_registers,
    flows,
    guide_versions,
    health,
    importing,
    lead_lists,
    lead_why,
    music,
    numbers,
    own_leads,
    phones,
    pop,
    privacy,
    prompts,
    queues,
    recordings,
    reports,
    scripts,
    session,
    supervising,
    supervision,
    tasks,
    thresholds,
    users,
    voicemails,
    waiting,
    wallboards,
    words,
)
from agent_ui.api.answering import cookie_name, make_handler
from agent_ui.api.openapi import Document
from agent_ui.api.route import API_PREFIX, Route, check_table
from agent_ui.parts import Parts

ROUTES: list[Route] = [
    *session.ROUTES,
    *agent.ROUTES,
    *calls.ROUTES,
    *dispositions.ROUTES,
    *controls.ROUTES,
    *dialing.ROUTES,
    *own_leads.ROUTES,
    *do_not_call_registers.ROUTES,
    *do_not_call.ROUTES,
    *supervising.ROUTES,
    *supervision.ROUTES,
    *waiting.ROUTES,
    *assignment.ROUTES,
    *bulletins.ROUTES,
    *thresholds.ROUTES,
    *pop.ROUTES,
    *customers.ROUTES,
    *importing.ROUTES,
    *campaigns.ROUTES,
    *campaign_live.ROUTES,
    *campaign_attempts.ROUTES,
    *campaign_compliance.ROUTES,
    *campaign_reports.ROUTES,
    *lead_lists.ROUTES,
    *lead_why.ROUTES,
    *privacy.ROUTES,
    *numbers.ROUTES,
    *recordings.ROUTES,
    *voicemails.ROUTES,
    *tasks.ROUTES,
    *users.ROUTES,
    *phones.ROUTES,
    *queues.ROUTES,
    *calendars.ROUTES,
    *flows.ROUTES,
    *prompts.ROUTES,
    *music.ROUTES,
    *words.ROUTES,
    *audit.ROUTES,
    *wallboards.ROUTES,
    *callback_form.ROUTES,
    *callback_links.ROUTES,
    *reports.ROUTES,
    *scripts.ROUTES,
    *articles.ROUTES,
    *guide_versions.ROUTES,
    *demo.ROUTES,
    *health.ROUTES,
]


def add_routes(app: web.Application, parts: Parts, routes: list[Route] | None = None) -> None:
    """Hang the table into the router; raises ValueError for a route that nobody guards."""
    routes = ROUTES if routes is None else routes
    check_table(routes)
    for route in routes:
        app.router.add_route(route.method, route.aiohttp_path, make_handler(route, parts))
    document = Document(routes, parts.version, cookie_name(parts.config.web.secure))
    app.router.add_get(f"{API_PREFIX}/openapi.json", document.show)
