"""An agent's or supervisor's browser, in the words of a story: sign in, get ready, answer, hang up."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.browser.sound import close_ear, heard_hz, heard_since, open_ear, why_quiet
from tests.installation import Installation

CHROMIUM = "/usr/bin/chromium"
# Quiet on a closed network, a microphone that plays a file, no clicks needed before sound.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
    # Pages of the browser's own behind each window: a quarter of its processor's time. What Playwright leaves out, too:
    # of two such lists only the last one holds.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PreloadTopChromeWebUI,AimEnabled,"
    "MediaRouter,OptimizationHints,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,NetworkTimeServiceQuerying,LensOverlay,"
    "PreconnectToSearch,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,PaintHolding",
]  # fmt: skip
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@asynccontextmanager
async def chromium(playwright: Playwright, microphone: Path) -> AsyncIterator[Browser]:
    """One browser process is one voice: the fake microphone belongs to the process."""
    browser = await playwright.chromium.launch(
        executable_path=CHROMIUM, headless=True, args=[*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
    )
    try:
        yield browser
    finally:
        await browser.close()


class Desk:
    """One tab of one person."""

    def __init__(self, installation: Installation, page: Page) -> None:
        self.installation = installation
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    @classmethod
    async def open(cls, installation: Installation, context: BrowserContext) -> "Desk":
        desk = cls(installation, await context.new_page())
        desk.page.set_default_timeout(PATIENCE_MS)
        await desk.page.goto(installation.url)
        return desk

    def by(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    async def sign_in(self, login: str, password: str | None = None) -> None:
        """As one of the people of the demo, whose passwords are known, or as somebody else."""
        await self.by("login-name").fill(login)
        await self.by("login-password").fill(password or self.installation.passwords[login])
        await self.by("login-submit").click()
        await expect(self.by("softphone-bar")).to_be_visible()

    async def get_ready(self) -> None:
        """As the welcome panel says: allow the microphone, then press Ready."""
        allow = self.by("allow-microphone")
        await expect(self.by("step-microphone")).to_be_visible()
        if await allow.count():
            await allow.click()
        # The seat is taken at sign-in; whoever reloads within seconds is still ready.
        state = self.by("state-button")
        await expect(state).to_have_attribute("data-state", re.compile("^(not_ready|ready)$"))
        if await state.get_attribute("data-state") == "not_ready":
            await expect(self.by("ready")).to_be_enabled()
            await self.by("ready").click()
        await self.is_in_state("ready")

    async def speak(self, language: str) -> None:
        """Switch the page to "zh" or "en", without a reload."""
        html = self.page.locator("html")
        if not (await html.get_attribute("lang") or "").startswith(language):
            await self.by("language-switch").click()
        await expect(html).to_have_attribute("lang", re.compile(f"^{language}"))

    async def is_in_state(self, state: str) -> None:
        await expect(self.by("state-button")).to_have_attribute("data-state", state)

    async def rings(self) -> None:
        await expect(self.by("ringing-card")).to_be_visible(timeout=40_000)

    async def answer(self) -> None:
        await self.by("answer").click()
        await self.is_in_state("talking")

    async def end_call(self) -> None:
        await self.by("bar-end").click()

    async def classify(self, code: str = "resolved") -> None:
        await self.by(f"disposition-{code}").check()
        await self.by("save-ready").click()
        await self.is_in_state("ready")

    async def api(self, path: str) -> dict[str, Any]:
        answer = await self.page.request.get(f"{self.installation.url}/api/v1{path}")
        assert answer.status == 200, (path, answer.status, await answer.text())
        found: dict[str, Any] = await answer.json()
        return found

    async def last_call(self, within_s: float = 5.0) -> dict[str, Any]:
        """The newest call of the log, once it is over: the diary is written behind."""
        call = None
        for _ in range(round(within_s * 10)):
            call = (await self.api("/calls?limit=1"))["items"][0]
            if call["ended_at"]:
                return call
            await asyncio.sleep(0.1)
        raise AssertionError(call)

    async def hears(self, hz: float) -> float:
        """Wait until this frequency dominates what the page plays; return what was heard."""
        heard = None
        for _ in range(20):
            heard = await heard_hz(self.page)
            if heard is not None and abs(heard - hz) < 15:
                return heard
            await asyncio.sleep(0.2)
        raise AssertionError(f"heard {heard} Hz instead of {hz}: {await why_quiet(self.page)}")

    @asynccontextmanager
    async def hearing(self, hz: float) -> AsyncIterator[None]:
        """What is done within makes the page play this frequency, and be it for a moment."""
        await open_ear(self.page)
        yield
        heard: list[float] = []
        for _ in range(100):
            heard = await heard_since(self.page)
            if any(abs(each - hz) < 15 for each in heard):
                break
            await asyncio.sleep(0.2)
        else:
            raise AssertionError(f"heard {heard} Hz, never {hz}")
        await close_ear(self.page)
