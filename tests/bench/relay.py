"""The least that could be done: AMI says Newchannel, a WebSocket passes it on, a page shows it."""

import asyncio
import os
import sys

from aiohttp import web

PAGE = """<!doctype html><title>relay</title><div id=who></div><script>
const who = document.getElementById('who');
const now = () => performance.timeOrigin + performance.now();
let pushed = 0;
new MutationObserver(() => {
  const shown = now(), at = pushed, text = who.textContent;
  requestAnimationFrame(() => { const c = new MessageChannel();
    c.port1.onmessage = () => relayed({pushed: at, shown, painted: now(), text});
    c.port2.postMessage(0); });
}).observe(who, {childList: true});
const socket = new WebSocket('ws://' + location.host + '/ws');
socket.onmessage = event => { pushed = now(); who.textContent = event.data; };
socket.onopen = () => { document.body.dataset.open = '1'; };
</script>"""


class Relay:
    """One AMI connection, any number of pages."""

    def __init__(self) -> None:
        self._pages: set[web.WebSocketResponse] = set()

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        page = web.WebSocketResponse(compress=False)
        await page.prepare(request)
        self._pages.add(page)
        async for _ in page:
            pass
        self._pages.discard(page)
        return page

    async def follow(self, port: int, user: str, secret: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\n\r\n".encode())
        while True:
            frame = (await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
            if "Event: Newchannel\r\n" not in frame or "Channel: PJSIP/pstn-" not in frame:
                continue
            number = frame.partition("CallerIDNum: ")[2].partition("\r\n")[0]
            for page in list(self._pages):
                await page.send_str(number)


async def main() -> None:
    port, ami_port, user = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    relay = Relay()
    app = web.Application()
    app.router.add_get("/", relay.page)
    app.router.add_get("/ws", relay.socket)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await relay.follow(ami_port, user, os.environ["BENCH_AMI_SECRET"])


if __name__ == "__main__":
    asyncio.run(main())
