"""Watches a browser for what a hostile text would do: a script that runs, markup of its making, a broken policy.

Every payload calls `pwned()`. Chromium's policy would stop most of them; so what counts is that none was ever markup.
"""

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Response

PAYLOADS = (
    "<script>pwned()</script>",
    "</script><script>pwned()</script>",
    "</title><script>pwned()</script>",
    "</textarea><script>pwned()</script>",
    "--><script>pwned()</script>",
    "<scr<script>ipt>pwned()</script>",
    "<img src=x onerror=pwned()>",
    "'><img src=x onerror=pwned()>",
    '"><img src=x onerror=pwned()>',
    "`><img src=x onerror=pwned()>",
    '" onmouseover="pwned()" autofocus onfocus="pwned()" x="',
    "' onmouseover='pwned()' autofocus onfocus='pwned()' x='",
    "<svg/onload=pwned()>",
    "<svg><animate onbegin=pwned() attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
    "<details open ontoggle=pwned()>",
    "<body onpageshow=pwned()>",
    "<a href=javascript:pwned()>x</a>",
    "javascript:pwned()",
    "<math href=javascript:pwned()>x",
    "<form action=javascript:pwned()><button>x",
    "<object data=javascript:pwned()>",
    "<meta http-equiv=refresh content='0;url=javascript:pwned()'>",
    "<base href=//evil.example/>pwned()",
    "<link rel=stylesheet href=//evil.example/pwned()>",
    "<style>*{background:url(//evil.example/pwned())}</style>",
    "<img name=getElementById id=app class=pwned()>",
    "{{constructor.constructor('pwned()')()}}",
    "${pwned()}",
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "\\u003cscript\\u003epwned()\\u003c/script\\u003e",
    "%3Cscript%3Epwned()%3C/script%3E",
    "@:pwned() {pwned()} {'pwned()'} pwned() | pwned()",
)
# Fields hold 200 characters or more
FIELD_CHARACTERS = 200

_WATCH = """
window.pwnedTimes = 0; window.pwned = () => { window.pwnedTimes++ };
addEventListener('securitypolicyviolation', e => console.error(
  `Policy: ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`), true);
"""
# In the document and in every shadow root of it: what no page of ours has.
_LOOK = """() => {
  const found = [];
  const ours = url => { try { return new URL(url, location).origin === location.origin } catch { return false } };
  const look = root => {
    for (const element of root.querySelectorAll('*')) {
      const name = element.localName;
      if (['iframe', 'object', 'embed', 'base', 'math', 'animate', 'frame', 'applet'].includes(name)) found.push(name);
      if (name === 'script' && !(element.src && ours(element.src))) found.push('script ' + element.textContent);
      if (name === 'link' && !ours(element.href)) found.push('link ' + element.href);
      if (name === 'style') found.push('style ' + element.textContent.slice(0, 80));
      if (name === 'meta' && element.httpEquiv) found.push('meta ' + element.httpEquiv);
      for (const {name: key, value} of element.attributes) {
        if (/^on/i.test(key)) found.push(`${name} ${key}=${value}`);
        if (/^(href|src|action|formaction|data|xlink:href)$/i.test(key) && /^\\s*javascript:/i.test(value))
          found.push(`${name} ${key}=${value}`);
      }
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  if (window.pwnedTimes) found.push(`pwned ${window.pwnedTimes} times`);
  return found;
}"""
# What a person reads: the page, and what stands in fields.
_READ = """() => document.body.innerText
  + [...document.querySelectorAll('input,textarea')].map(each => '\\n' + each.value).join('')"""


def batches() -> list[str]:
    """All payloads, in texts that every field takes."""
    found = [""]
    for payload in PAYLOADS:
        if len(found[-1]) + len(payload) + 1 > FIELD_CHARACTERS:
            found.append("")
        found[-1] = f"{found[-1]} {payload}".strip()
    return found


class Sentry:
    """Around one context: `alarms` is everything that no page should do; `check` looks at a page as it is now."""

    def __init__(self, context: BrowserContext) -> None:
        self.alarms: list[str] = []
        self.where = "?"
        context.on("console", self._console)
        context.on("page", self._watch)
        context.on("response", self._answered)

    @classmethod
    async def around(cls, context: BrowserContext) -> "Sentry":
        await context.add_init_script(_WATCH)
        return cls(context)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.alarms.append(f"{self.where}: {error}"))
        page.on("dialog", lambda dialog: self.alarms.append(f"{self.where}: dialog {dialog.message}"))
        page.on("popup", lambda popup: self.alarms.append(f"{self.where}: popup {popup.url}"))

    def _console(self, message: ConsoleMessage) -> None:
        # The browser's own word for an answer that is told below, with its method.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.alarms.append(f"{self.where}: {message.text} ({message.location['url']})")

    def _answered(self, response: Response) -> None:
        # Nobody is signed in yet: the page asks who it is.
        asked_who = response.url.endswith("/api/v1/session") and response.status == 401
        if response.status >= 400 and not asked_who:
            self.alarms.append(f"{self.where}: {response.request.method} {response.url} {response.status}")

    async def check(self, page: Page) -> str:
        """Look for markup and scripts that are not ours; return what a person reads there."""
        self.alarms += [f"{self.where}: {each}" for each in await page.evaluate(_LOOK)]
        text: str = await page.evaluate(_READ)
        return text
