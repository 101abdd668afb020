"""A shift of an agent who sees no whole numbers: every byte that the browser got is searched for them."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, WebSocket, expect
from playwright.async_api import Error as PlaywrightError

from tests.browser.desk import Desk
from tests.browser.test_main_job import filed_recording
from tests.installation import Installation
from tests.numbers import leaks, spellings

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
KNOWN, SHARED, STRANGER = "+8613800138000", "+8613900139000", "+8613612345679"
NUMBERS = (KNOWN, SHARED, STRANGER)
BODILESS = {204, 304}
ABORTED = "net::ERR_ABORTED"
# What a person could read or copy: the document, and what inputs hold beside their attributes.
DOCUMENT = (
    "() => document.documentElement.outerHTML + [...document.querySelectorAll('input,textarea')].map(e => e.value)"
)


class Ears:
    """Keeps what comes over HTTP and over both sockets, and what stands on the page at the moments that count."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.http: list[str] = []
        self.frames: dict[str, list[str]] = {"/cti": [], "/sip": []}
        self.documents: list[str] = []
        self.answered = self.read = self.pieces = 0
        self._unread: list[tuple[Response, PlaywrightError]] = []
        self._reading: list[asyncio.Task[None]] = []
        page.on("response", lambda response: self._reading.append(asyncio.ensure_future(self._read(response))))
        page.on("websocket", self._listen)

    async def _read(self, response: Response) -> None:
        if "/assets/" in response.url:
            return
        self.answered += 1
        body = b""
        try:
            headers = await response.all_headers()
            if response.status not in BODILESS:
                body = await response.body()
        except PlaywrightError as error:
            self._unread.append((response, error))
            return
        self.read += 1
        self.pieces += response.status == 206
        self.http.append(f"{response.url}\n{headers}\n{body.decode('utf-8', 'replace')}")

    def _listen(self, socket: WebSocket) -> None:
        kept = self.frames["/sip" if socket.url.endswith("/sip") else "/cti"]
        socket.on("framereceived", lambda payload: kept.append(payload if isinstance(payload, str) else repr(payload)))

    async def look(self) -> None:
        self.documents.append(await self.page.evaluate(DOCUMENT))

    async def everything(self) -> dict[str, str]:
        # what is answered while others are read is read, too
        while unread := [task for task in self._reading if not task.done()]:
            await asyncio.gather(*unread)
        for response, error in self._unread:
            # what the page itself broke off it got no more of than we did
            if response.request.failure != ABORTED:
                raise AssertionError(f"{response.status} {response.url} was not searched") from error
        assert self.read + len(self._unread) == self.answered
        heard = {"http": self.http, **self.frames, "document": self.documents}
        return {where: "\n".join(texts) for where, texts in heard.items()}


async def visit(desk: Desk, ears: Ears, path: str, testid: str) -> None:
    await desk.page.goto(f"{desk.installation.url}/#{path}")
    await expect(desk.by(testid).first).to_be_visible()
    await ears.look()


async def known_caller(installation: Installation, desk: Desk, ears: Ears) -> str:
    await installation.call_in(KNOWN)
    await desk.rings()
    await expect(desk.by("pop-name")).to_have_text("张伟")
    await expect(desk.by("pop-number")).to_contain_text("138****8000")
    await ears.look()
    await desk.answer()
    await desk.by("note").fill("Also reachable at 138 0013 8000")
    await expect(desk.by("note-state")).to_be_visible()
    await desk.end_call()
    await desk.is_in_state("wrap_up")
    # what the agent typed is on their own screen, until it comes back from the server
    await desk.classify()
    return str((await desk.last_call())["id"])


async def two_matches(installation: Installation, desk: Desk, ears: Ears) -> None:
    caller = await installation.call_in(SHARED)
    await desk.rings()
    await expect(desk.by("pop-match")).to_have_count(2)
    await ears.look()
    await installation.caller_hangs_up(caller)
    await expect(desk.by("ringing-card")).to_have_count(0)


async def stranger(installation: Installation, desk: Desk, ears: Ears) -> None:
    caller = await installation.call_in(STRANGER, name="Call me at 13612345679")
    await desk.rings()
    await expect(desk.by("pop")).to_have_attribute("data-pop", "unknown")
    await ears.look()
    await desk.answer()
    await desk.by("new-name").fill("孙七")
    await desk.by("new-submit").click()
    await expect(desk.by("pop-name")).to_have_text("孙七")
    await ears.look()
    await installation.caller_hangs_up(caller)
    await desk.is_in_state("wrap_up")
    await desk.classify()


async def look_everywhere(desk: Desk, ears: Ears, call_id: str) -> None:
    call = await desk.api(f"/calls/{call_id}")
    ears.http.append(json.dumps(call))
    await visit(desk, ears, f"/customers/{call['customer']['id']}", "masked-number")
    await desk.by("edit-customer").click()
    await expect(desk.page.locator(".el-drawer")).to_be_visible()
    await ears.look()
    await visit(desk, ears, "/calls", "masked-number")
    await filed_recording(desk, call_id)
    async with desk.page.expect_response(re.compile(r"/recordings/[^/]+/audio$")):
        await visit(desk, ears, f"/calls/{call_id}", "masked-number")
        await desk.by("play").click()
    await visit(desk, ears, "/customers", "masked-number")
    for path in ("/customers?q=13800138000", "/calls?number=13800138000", "/voicemails", "/recordings", "/demo"):
        ears.http.append(json.dumps(await desk.api(path)))


async def test_a_masked_agent_works_a_shift_and_gets_no_whole_number(
    installation: Installation, browser: Browser
) -> None:
    context = await browser.new_context(locale="en-US")
    page = await context.new_page()
    ears = Ears(page)
    desk = Desk(installation, page)
    await page.goto(installation.url)
    await desk.sign_in("agent")
    await desk.get_ready()
    try:
        call_id = await known_caller(installation, desk, ears)
        await two_matches(installation, desk, ears)
        await stranger(installation, desk, ears)
        await look_everywhere(desk, ears, call_id)
        heard = await ears.everything()
        for where, text in heard.items():
            assert leaks(text, NUMBERS) == [], where
        assert ears.read >= 40, "a shift asks for more than that"
        assert ears.pieces >= 1, "the recording was played"
        # the ears were open: they heard phones ring, pops come, pages answer
        assert heard["/sip"].count("X-Callroom-Call") >= 3
        assert heard["/cti"].count("138****8000") >= 2
        assert heard["http"].count("138****8000") >= 4
        assert 'href="tel:' not in heard["document"]
        await a_number_is_shown_for_a_reason(desk)
        assert desk.faults == []
    finally:
        await installation.everybody_hangs_up()
        await context.close()


async def a_number_is_shown_for_a_reason(desk: Desk) -> None:
    await desk.by("reveal").first.click()
    await expect(desk.by("reveal-rule")).to_have_text("At least 4 letters, or 2 Chinese characters.")
    await desk.by("reveal-reason").fill("sms")
    await expect(desk.by("reveal-submit")).to_be_disabled()
    await desk.by("reveal-reason").fill("Asked for a text message")
    await desk.by("reveal-submit").click()
    await expect(desk.by("revealed-number")).not_to_be_empty()
    await desk.page.keyboard.press("Escape")
    await desk.page.mouse.click(5, 5)
    await expect(desk.by("revealed-number")).to_have_count(0)
    assert leaks(await desk.page.evaluate(DOCUMENT), NUMBERS) == []


async def test_a_caller_who_wants_to_be_forgotten_is(installation: Installation, agent: Desk, browser: Browser) -> None:
    """A real call with its recording, then erased by an administrator: no file of the installation knows them."""
    name, number = "忘忧草", "+8613655554444"
    caller = await installation.call_in(number)
    await agent.rings()
    await agent.answer()
    await agent.by("new-name").fill(name)
    await agent.by("new-submit").click()
    await expect(agent.by("pop-name")).to_have_text(name)
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()
    call = await agent.last_call()
    await filed_recording(agent, call["id"])
    assert traces(installation.home, name, number)

    context = await browser.new_context(locale="en-US")
    admin = await Desk.open(installation, context)
    await admin.sign_in("admin")
    await admin.page.goto(f"{installation.url}/#/customers/{call['customer']['id']}")
    await admin.by("privacy-menu").click()
    await admin.by("privacy-erase").click()
    await expect(admin.by("erase-submit")).to_be_disabled()
    await admin.by("erase-confirm").fill(name)
    await admin.by("erase-submit").click()
    await expect(admin.page).to_have_url(re.compile("#/customers$"))
    assert (await admin.api(f"/calls/{call['id']}"))["number"] is None
    await context.close()
    assert traces(installation.home, name, number) == []


def traces(home: Path, name: str, number: str) -> list[str]:
    """Where a person stands in the files; the simulated telephone network is not ours to search."""
    wanted = [text.encode() for text in (name, *spellings(number))]
    files = [path for path in home.rglob("*") if path.is_file() and "pstn" not in path.relative_to(home).parts]
    return [str(path.relative_to(home)) for path in files if any(text in path.read_bytes() for text in wanted)]


async def test_a_supervisor_sees_and_an_administrator_says_who_does(
    installation: Installation, supervisor: Desk
) -> None:
    await supervisor.page.goto(f"{installation.url}/#/customers")
    await expect(supervisor.page.locator('a[href="tel:+8613800138000"]').first).to_be_visible()
    assert await supervisor.by("masked-number").count() == 0
    found: Any = await supervisor.api("/customers?q=0013800")
    assert [item["name"] for item in found["items"]] == ["张伟"]
