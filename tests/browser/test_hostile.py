"""Hostile texts, by the form and by the telephone, on every screen: read as text, never run, and no policy broken."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from agent_ui.settings import Ports
from tests.asterisk.pair import ami_of
from tests.asterisk.sipp import place_calls
from tests.bench.seat import Seat, seat
from tests.browser.conftest import CALLER_HZ
from tests.browser.desk import Desk
from tests.browser.hostile_callers import CALLS, COLLECT, PER_S, SEED, STAY_S, only_calls, plain, rows_since, senders
from tests.browser.sentry import PAYLOADS, Sentry
from tests.browser.stained import ENTRY, HOSTILE_FILE, sheet, stain, stain_library
from tests.browser.test_main_job import filed_recording
from tests.certificates import make_certificate
from tests.faults.campaigns import Book
from tests.faults.crew import settings_of
from tests.installation import Installation, running_installation

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
HOSTILE_NAME = "'><img src=x onerror=pwned()><script>pwned()</script>"
ROUTER = Path(__file__).parents[2] / "agent_ui" / "web" / "src" / "router.ts"


@dataclass
class House:
    """An installation of its own, for other stories want clean screens; with TLS, as it is served to a network."""

    installation: Installation
    ids: dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with running_installation(make_certificate(tmp_path_factory.mktemp("tls"))) as installation:
        async with seat(installation, "admin") as admin:
            ids = await stain(admin)
            await work_in(admin, "agent", ids["queue"])
            await installation.call_in("+8613700000998", name=HOSTILE_NAME, to=ENTRY, stay_s=1)
            ids["call"] = await newest_call(admin)
        dial_somebody(installation)
        await asyncio.to_thread(stain_library, installation.home / "lines")
        yield House(installation, ids)


async def work_in(admin: Seat, login: str, queue_id: int) -> None:
    user = next(user for user in (await admin.ask("GET", "/users"))["items"] if user["login"] == login)
    await admin.ask("PATCH", f"/users/{user['id']}", {"version": user["version"], "queue_ids": [queue_id]})


def dial_somebody(installation: Installation) -> None:
    """One attempt of each campaign, as if it had run: its reports have lines."""
    Book(SimpleNamespace(installation=installation)).change(
        "insert into attempts(attempt_id,campaign_id,list_id,number,number_key,shown_as,checks,terms,state,planned_at,"
        "abandoned,verdict,evidence,sip_reason,disposition,converted) select 'stain-' || lead_lists.id, campaign_id,"
        " lead_lists.id,'+8613700000001','+8613700000001',campaigns.name,'{}','{}','failed',?,0,'busy','[]',"
        "campaigns.name,'stain_0',0 from lead_lists join campaigns on campaigns.id=campaign_id returning 1",
        str(datetime.now(UTC))[:26],  # noqa: TID251 - read by the server in real time
    )


async def newest_call(admin: Seat) -> str:
    """The one of the stranger above: the diary is written behind."""
    for _ in range(200):
        call = (await admin.ask("GET", "/calls?limit=1"))["items"][0]
        if call["number"] == "137 0000 0998" and call["ended_at"]:
            return str(call["id"])
        await asyncio.sleep(0.1)
    raise AssertionError("the call did not come, or did not end")


def pages() -> set[str]:
    """The paths of the router, with `:id` for what a path is about."""
    text = ROUTER.read_text(encoding="utf-8")
    found = set(re.findall(r"path: '(/[^':]*(?::id)?)'", text)) | {
        f"/admin/{name}" for name in re.findall(r"admin\('([^']+)'", text)
    }
    return found - {"/"}


# What stands on each page once it has loaded: a text of the house (what it shows is somebody's), or a mark.
SHOWN = {
    "/login": "[data-testid=login-submit]",
    "/workspace": "[data-testid=state-button]",
    "/floor": "pwned()",
    "/reports": "[data-testid=report-filters]",
    "/calls": "[data-testid=call-table]",
    "/calls/:id": "pwned()",
    "/customers": "pwned()",
    "/customers/:id": "pwned()",
    "/customers/import": "[data-testid=import-file]",
    "/voicemails": ".page-head",
    "/do-not-call": "pwned()",
    "/campaigns": "pwned()",
    "/campaigns/:id": "pwned()",
    "/campaigns/report": "pwned()",
    "/campaigns/announcements": "pwned()",
    "/campaigns/staffing": "[data-testid=staffing-form]",
    "/tasks": "pwned()",
    "/admin/users": "pwned()",
    "/admin/queues": "pwned()",
    "/admin/entry-numbers": "pwned()",
    "/admin/flows": "pwned()",
    "/admin/flows/:id": "[data-testid=save-flow]",
    "/admin/prompts": "pwned()",
    "/admin/dispositions": "pwned()",
    "/admin/pause-reasons": "pwned()",
    "/admin/tags": "pwned()",
    "/admin/hours": "pwned()",
    "/admin/scripts": "pwned()",
    "/admin/articles": "pwned()",
    "/admin/callback-links": "pwned()",
    "/admin/music": "[data-testid=new-music]",
    "/admin/dialing": "[data-testid=dial-rules]",
    "/admin/numbers": ".page-head",
    "/admin/supervision": "[data-testid=supervision-sight]",
    "/admin/health": "[data-testid=audit-head]",
    "/admin/audit": "[data-testid=audit-table]",
}


async def see(desk: Desk, sentry: Sentry, path: str, key: object = "") -> str:
    """Go there, wait for what it loads, look at it; return what a person reads."""
    sentry.where = path
    await desk.page.goto(f"{desk.installation.url}/#{path.replace(':id', str(key))}")
    shown = SHOWN[path]
    if shown == "pwned()":
        await expect(desk.page.locator("main")).to_contain_text(shown)
    else:
        await expect(desk.page.locator(shown).first).to_be_visible()
    return await sentry.check(desk.page)


async def test_what_watches_would_have_seen_it(house: House, browser: Browser) -> None:
    """Each payload that is markup, put into a page of ours as markup, raises an alarm: of its element or the policy."""
    context = await browser.new_context(locale="en-US", ignore_https_errors=True)
    sentry = await Sentry.around(context)
    desk = Desk(house.installation, await context.new_page())
    await see(desk, sentry, "/login")
    assert sentry.alarms == []
    await desk.page.evaluate("document.body.append(Object.assign(document.createElement('div'), {id: 'hole'}))")
    unseen = []
    for payload in PAYLOADS:
        # an element of an unknown name, one without any effect, and one that a document has already are no markup
        is_markup = "<" in payload and not payload.startswith(("<scr<", "<img name", "<body"))
        before = len(sentry.alarms)
        await desk.page.evaluate("text => { document.querySelector('#hole').innerHTML = text }", payload)
        await sentry.check(desk.page)
        if is_markup and len(sentry.alarms) == before:
            unseen.append(payload)
    await context.close()
    assert unseen == []


# What opens on a page: of the last row that is somebody's, and lists inside of it.
OPENS = {
    "/reports": ["[data-testid=report-queues]"],
    "/calls": ["main .el-select >> nth=0", "main .el-select >> nth=1"],
    "/campaigns/report": ["[data-testid=cell-0-attempts]", "main .el-select >> nth=2"],
    "/customers/:id": ["[data-testid=edit-customer]", "[data-testid=privacy-menu]"],
    "/do-not-call": ["[data-testid=list-add]", "[data-testid=list-import]"],
    "/tasks": ["[data-testid=new-task]", "[data-testid=task-more] >> nth=0"],
    "/admin/users": ["row:Edit", ".el-drawer .el-select >> nth=-1"],
    "/admin/queues": ["row:Edit", "row:Delete"],
    "/admin/entry-numbers": ["row:Edit", "row:Delete"],
    "/admin/flows": ["row:Delete"],
    "/admin/flows/:id": ["[data-testid=add-step]"],
    "/admin/prompts": ["[data-testid=new-prompt]"],
    "/admin/dispositions": ["row:Edit"],
    "/admin/pause-reasons": ["row:Edit"],
    "/admin/tags": ["row:Edit"],
    "/admin/scripts": ["row:Edit"],
    "/admin/articles": ["row:Edit"],
    "/admin/callback-links": ["[data-testid=new-callback-link]"],
    "/admin/music": ["[data-testid=new-music]"],
    "/admin/audit": ["[data-testid=audit-kind]"],
}

# By then what closed has given the focus back.
NEXT_BUT_ONE_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def open_all(desk: Desk, sentry: Sentry, path: str) -> None:
    for selector in OPENS.get(path, ()):
        sentry.where = f"{path} {selector}"
        if not selector.startswith(".el-drawer"):
            await desk.page.keyboard.press("Escape")
            # what closes takes the focus along, and closes a list that is opened meanwhile
            await expect(
                desk.page.locator(".el-drawer, .el-dialog, .el-message-box").locator("visible=true")
            ).to_have_count(0)
            await desk.page.evaluate(NEXT_BUT_ONE_FRAME)
        row = desk.page.locator("main tr", has_text="pwned()").first
        name = selector.removeprefix("row:")
        found = row.get_by_role("button", name=name) if name != selector else desk.page.locator(selector)
        await found.click()
        opened = desk.page.locator(".el-drawer, .el-dialog, .el-popper, .el-message-box")
        await expect(opened.locator("visible=true").first).to_be_visible()
        await sentry.check(desk.page)
    await desk.page.keyboard.press("Escape")


async def import_sheet(desk: Desk, sentry: Sentry) -> None:
    """Its name, columns and cells are markup, on the page that asks and on the one that tells what came of it."""
    name = {"name": HOSTILE_FILE, "mimeType": "text/csv", "buffer": sheet()}
    await desk.page.locator("input[type=file]").set_input_files(files=[name])  # type: ignore[list-item]
    await expect(desk.by("run-import")).to_be_enabled()
    assert "pwned()" in await sentry.check(desk.page)
    await desk.by("run-import").click()
    await expect(desk.by("import-result")).to_be_visible()
    await sentry.check(desk.page)


async def test_no_text_is_markup_on_any_page(house: House, browser: Browser) -> None:
    """Every page of the router, with its drawers and lists; the policy is kept and the console is quiet."""
    assert set(SHOWN) == pages(), "a page that nobody visits"
    context = await browser.new_context(locale="en-US", ignore_https_errors=True)
    sentry = await Sentry.around(context)
    admin = Desk(house.installation, await context.new_page())
    admin.page.set_default_timeout(20_000)
    await see(admin, sentry, "/login")
    await admin.sign_in("admin")
    # it comes when it is there, and moves what is about to be clicked
    await expect(admin.by("task-reminder")).to_be_visible()
    for path in SHOWN:
        if path in {"/login", "/workspace"}:  # seen above, and by the agent below
            continue
        kind = path.removesuffix("/:id").rpartition("/")[2].removesuffix("s")
        await see(admin, sentry, path, house.ids.get(kind, ""))
        await open_all(admin, sentry, path)
        if path == "/customers/import":
            await import_sheet(admin, sentry)
    await context.close()
    assert sentry.alarms == []


async def watched(house: House, browser: Browser, login: str, collect: str) -> tuple[Desk, Sentry, BrowserContext]:
    """Somebody's page that keeps every text which this part of it ever shows."""
    context = await browser.new_context(locale="en-US", ignore_https_errors=True)
    sentry = await Sentry.around(context)
    desk = Desk(house.installation, await context.new_page())
    desk.page.set_default_timeout(20_000)
    await desk.page.goto(house.installation.url)
    await desk.sign_in(login)
    await desk.page.evaluate(COLLECT, collect)
    return desk, sentry, context


async def seen_by(desk: Desk, sentry: Sentry) -> set[str]:
    await sentry.check(desk.page)
    return {plain(text) for text in await desk.page.evaluate("[...window.seenTexts]")}


async def test_200_hostile_callers_of_sipp_are_text_on_every_screen(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    print("seed", SEED)  # noqa: T201
    settings = settings_of(house.installation)
    agent, on_desk, one = await watched(house, browser, "agent", "[data-testid=ringing-name]")
    floor, on_floor, two = await watched(house, browser, "supervisor", "[data-testid=floor-waiting] td.ellipsis")
    await agent.get_ready()
    known = {row["id"] for row in (await floor.api("/calls?limit=200"))["items"]}
    async with ami_of(settings) as ami:
        outcome = await place_calls(senders(), ENTRY, settings.sip_port, tmp_path / "sipp", per_s=PER_S, stay_s=STAY_S)
        print(Counter(outcome.ends.values()))  # noqa: T201
        came = outcome.of("talked")
        rows = await rows_since(floor, known, len(came))
        only_calls(ami, outcome, (await agent.api("/session"))["user"]["extension"])
    # Some are no SIP at all (a line's end in a name): refused or not heard. All that is SIP is a call, and one row.
    assert len(outcome.ends) == CALLS
    assert len(came) > CALLS / 2
    assert len(rows) == len(came)
    told = [(await floor.api(f"/calls/{row['id']}"))["caller_name"] for row in rows]
    assert all(name == name.replace("\r", "").replace("\n", "").replace("\0", "") for name in told)
    # markup came through the telephone unharmed, and through the pages as text
    shown = await seen_by(floor, on_floor)
    missing = [name for name in told if plain(name) and plain(name) not in shown]
    assert len(missing) <= CALLS / 10, f"{len(missing)} names were never seen on the floor: {missing[:5]}"
    assert len([name for name in told if "pwned()" in name]) >= len(PAYLOADS) / 2
    assert await seen_by(agent, on_desk) & {plain(name) for name in told}, "it never rang"
    marked = [row["id"] for row, name in zip(rows, told, strict=True) if name.isascii() and "pwned()" in name]
    for call_id in marked[:6]:
        await see(floor, on_floor, "/calls/:id", call_id)
    await one.close()
    await two.close()
    assert on_desk.alarms + on_floor.alarms == []


# The player is in a shadow root; its styles are adopted there, for the policy allows no <style>.
_PICTURE = """() => {
  const root = [...document.querySelectorAll('section.wave *')].map(each => each.shadowRoot).find(Boolean);
  const canvas = root.querySelector('canvas');
  return [getComputedStyle(root.querySelector('.wrapper')).position, canvas.width > 100];
}"""


async def test_an_agent_talks_to_a_hostile_caller_under_tls(house: House, browser: Browser) -> None:
    """Real wss for push and phone, cookies that leave only with TLS, and a pop, lists and a waveform full of markup."""
    desk, sentry, context = await watched(house, browser, "agent", "[data-testid=ringing-name]")
    sockets: list[str] = []
    desk.page.on("websocket", lambda socket: sockets.append(socket.url))
    await desk.page.reload()
    await desk.get_ready()
    caller = await house.installation.call_in("+8613700000999", name=HOSTILE_NAME, to=ENTRY)
    await desk.rings()
    await expect(desk.by("ringing-card")).to_contain_text(HOSTILE_NAME)
    assert HOSTILE_NAME in await sentry.check(desk.page)
    await desk.answer()
    await desk.hears(CALLER_HZ)
    # Whoever reloads is still ready before the phone is there again; in a talk it is.
    host = house.installation.url.removeprefix("https://")
    door = f"127.0.0.1:{Ports(house.installation.base_port).phones}"
    assert set(sockets) == {f"wss://{host}/cti", f"wss://{door}/sip"}
    assert {
        (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) for cookie in await context.cookies()
    } == {("__Host-callroom", True, True, "Lax"), ("__Host-callroom-phone", True, True, "Strict")}
    await desk.by("state-button").click()
    await expect(desk.by("state-pause-stain_0")).to_be_visible()
    await sentry.check(desk.page)
    await desk.page.keyboard.press("Escape")
    await desk.by("note").fill("\n".join(PAYLOADS))
    await house.installation.caller_hangs_up(caller)
    await desk.is_in_state("wrap_up")
    assert "pwned()" in await sentry.check(desk.page)
    await desk.classify("stain_0")

    call = await desk.last_call()
    recording = await filed_recording(desk, call["id"])
    assert recording["state"] == "ready"
    await see(desk, sentry, "/calls/:id", call["id"])
    await expect(desk.page.locator("section.wave canvas").first).to_be_visible()
    assert await desk.page.evaluate(_PICTURE) == ["relative", True], "the player's own style sheet, and what it drew"
    await desk.by("play").click()
    await expect(desk.by("play-time")).not_to_contain_text("0:00 /")
    await sentry.check(desk.page)
    await context.close()
    assert sentry.alarms == []
