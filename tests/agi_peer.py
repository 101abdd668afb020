"""Asterisk's side of one FastAGI dialogue, in memory: drives a real AgiSession, so that handlers can be told stories.

    channel = FakeAsteriskChannel(variables={"CALLROOM_CALL_ID": "c1"})
    channel.press("1", during="main_menu")
    await channel.run(handler)
    assert channel.played == ["/p/welcome", "/p/main_menu"]

Time does not pass: a file is over at once, a wait for a key ends at once when no key is there. What lasts is said with
`hold`, and the bridge of `GOSUB callroom-join` lasts until `end_bridge` or `hang_up`.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping

from cti.agi.session import AgiSession
from cti.errors import CallerGone

TIMES_OUT = "200 result=0"


def split_command(line: str) -> list[str]:
    """`parse_args` of res/res_agi.c, word for word."""
    words: list[str] = []
    quoted = escaped = False
    blank = True
    for character in line:
        if character == '"' and not escaped:
            quoted = not quoted
            if quoted and blank:
                words.append("")
                blank = False
        elif character in " \t" and not quoted and not escaped:
            blank = True
        elif character == "\\" and not escaped:
            escaped = True
        else:
            if blank:
                words.append("")
                blank = False
            words[-1] += character
            escaped = False
    return words


class FakeAsteriskChannel:
    """One channel in the dialplan's AGI(); `commands` and `played` keep what the handler did."""

    def __init__(
        self,
        *,
        variables: Mapping[str, str] | None = None,
        number: str = "13800138000",
        name: str = "",
        dialed: str = "4001",
        args: Iterable[str] = (),
        unique_id: str = "n1-1700000000.1",
    ) -> None:
        self.variables: dict[str, str] = {"CALLERID(num)": number, "CALLERID(name)": name, **(variables or {})}
        self.environment = {
            "agi_network": "yes",
            "agi_network_script": "call",
            "agi_request": "agi://127.0.0.1/call",
            "agi_channel": "PJSIP/pstn-00000001",
            "agi_language": "en",
            "agi_uniqueid": unique_id,
            "agi_callerid": number or "unknown",
            "agi_calleridname": name or "unknown",
            "agi_dnid": dialed,
            "agi_extension": dialed,
            **{f"agi_arg_{n}": value for n, value in enumerate(args, 1)},
        }
        self.commands: list[list[str]] = []
        self.played: list[str] = []
        self.recorded: list[str] = []
        self.music: str | None = None
        self.answered = False
        self.is_up = True
        self.bridged_with: str | None = None
        self._session = AgiSession(self._written)
        self._keys: deque[str] = deque()
        self._during: list[tuple[str, Callable[[], None]]] = []
        self._replies: list[tuple[tuple[str, ...], str]] = []
        self._held: list[str] = []
        self._open: list[str] | None = None
        self._changed = asyncio.Event()

    # --- the story ---

    def press(self, keys: str, during: str = "") -> None:
        """The caller presses keys: now, or when a file whose path holds `during` starts to play.

        A key stays until a command listens for it.
        """
        if during:
            self.when(during, lambda: self._keys.extend(keys))
            return
        self._keys.extend(keys)
        self._key_arrived()

    def when(self, fragment: str, action: Callable[[], None]) -> None:
        """Call `action` once, when a command comes that holds `fragment` in one of its words."""
        self._during.append((fragment, action))

    def reply(self, *words: str, text: str) -> None:
        """Answer commands that begin with these words (`"EXEC", "MixMonitor"`) with this text."""
        self._replies.append((words, text))

    def missing(self, path: str) -> None:
        """There is no such file to play."""
        for verb in ("STREAM", "GET"):
            self._replies.append(((verb, "FILE" if verb == "STREAM" else "DATA", path), "200 result=-1 endpos=0"))

    def hold(self, fragment: str) -> None:
        """A file whose path holds `fragment` plays until a key, a new command or a hang-up."""
        self._held.append(fragment)

    def end_bridge(self, result: str = "SUCCESS") -> None:
        """The other leg left; the caller is still there."""
        assert self.bridged_with is not None, "not in a bridge"
        self.bridged_with = None
        self._come_back(result)
        self._answer("200 result=0 Gosub complete")

    def hang_up(self) -> None:
        """The caller hangs up; AGIEXITONHANGUP=yes, as in our dialplan."""
        self.is_up = False
        self.bridged_with = None
        if self._open is not None:
            self._answer("200 result=-1")
        self._send("HANGUP\n")
        asyncio.get_running_loop().call_soon(self._session.feed_eof)

    async def until(self, condition: Callable[["FakeAsteriskChannel"], bool], timeout_s: float = 5.0) -> None:
        """Wait until the handler has done something, say `lambda c: c.music == "default"`."""
        async with asyncio.timeout(timeout_s):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def run(self, handler: Callable[[AgiSession], Awaitable[None]]) -> None:
        """Play the call to its end; a handler that lets CallerGone out is right when the caller left."""
        self._send("".join(f"{name}: {value}\n" for name, value in self.environment.items()) + "\n")
        await self._session.begin()
        try:
            await handler(self._session)
        except CallerGone:
            assert not self.is_up, "CallerGone, but the caller is there"

    @property
    def done(self) -> bool:
        """Whether the dialplan would see that Callroom finished with this call."""
        return self.variables.get("CALLROOM_DONE") == "1"

    # --- Asterisk ---

    def _send(self, text: str) -> None:
        asyncio.get_running_loop().call_soon(self._session.feed, text.encode())

    def _answer(self, text: str) -> None:
        self._open = None
        self._send(text + "\n")

    def _written(self, data: bytes) -> None:
        assert data.endswith(b"\n"), data
        assert data.count(b"\n") == 1, data
        words = split_command(data.decode()[:-1])
        self.commands.append(words)
        if self._open is not None and self._open[0] == "WAIT":
            self._answer("200 result=1")
        self._open = words
        for each in [each for each in self._during if any(each[0] in word for word in words)]:
            self._during.remove(each)
            each[1]()
        self._changed.set()
        if self._open is not words:
            return  # the story hung up
        text = self._reply_to(words)
        if text is not None:
            self._answer(text)

    def _reply_to(self, words: list[str]) -> str | None:
        for prefix, text in self._replies:
            if tuple(words[: len(prefix)]) == prefix:
                return text
        method = getattr(self, "_do_" + "_".join(words[:2]).lower(), None) or getattr(
            self, "_do_" + words[0].lower(), None
        )
        return method(words) if method else "510 Invalid or unknown command"

    def _do_exec(self, words: list[str]) -> str | None:
        app, arguments = words[1], words[2] if len(words) > 2 else ""
        if app == "Answer":
            self.answered = True
        if app == "MSet":
            self.variables.update(pair.split("=", 1) for pair in arguments.split(","))
        if app == "Hangup":
            asyncio.get_running_loop().call_soon(self.hang_up)
            return None
        return "200 result=0"

    def _do_gosub(self, words: list[str]) -> str | None:
        """What our dialplan has under these names."""
        self.variables["TIMEOUT(absolute)"] = "0"
        if words[1] == "callroom-outside":
            self.variables["TIMEOUT(absolute)"] = "12"
            return "200 result=0 Gosub complete"
        if words[1] == "callroom-record":
            self.recorded.append(words[4].split(",")[0])
            self.variables["TIMEOUT(absolute)"] = "12"
            return "200 result=0 Gosub complete"
        assert words[1] == "callroom-join", words
        self.variables["CALLROOM_TALKED"] = "1"
        if (refusal := self.variables.get("BRIDGERESULT", "SUCCESS")) != "SUCCESS":
            self._come_back(refusal)
            return "200 result=0 Gosub complete"
        self.bridged_with = words[4]
        return None

    def _come_back(self, result: str) -> None:
        self.variables["BRIDGERESULT"] = result
        if result != "SUCCESS":
            self.variables["CALLROOM_TALKED"] = "0"
        self.variables["TIMEOUT(absolute)"] = "12"

    def _do_answer(self, words: list[str]) -> str:
        self.answered = True
        return "200 result=0"

    def _do_hangup(self, words: list[str]) -> str:
        asyncio.get_running_loop().call_soon(self.hang_up)
        return "200 result=1"

    def _do_channel_status(self, words: list[str]) -> str:
        return f"200 result={(6 if self.answered else 4) if self.is_up else -1}"

    def _do_set_variable(self, words: list[str]) -> str:
        self.variables[words[2]] = words[3]
        return "200 result=1"

    def _do_get_variable(self, words: list[str]) -> str:
        value = self.variables.get(words[2])
        return "200 result=0" if value is None else f"200 result=1 ({value})"

    def _do_get_full(self, words: list[str]) -> str:
        return f"200 result=1 ({words[3]})"

    def _do_set_music(self, words: list[str]) -> str:
        self.music = (words[3] if len(words) > 3 else "default") if words[2].upper() == "ON" else None
        return "200 result=0"

    def _do_stream_file(self, words: list[str]) -> str | None:
        self.played.append(words[2])
        if self._keys and self._keys[0] in words[3]:
            return f"200 result={ord(self._keys.popleft())} endpos=100"
        return None if self._lasts(words[2]) else "200 result=0 endpos=8000"

    def _do_get_data(self, words: list[str]) -> str | None:
        self.played.append(words[2])
        if not self._keys and self._lasts(words[2]):
            return None
        digits = ""
        while self._keys and len(digits) < int(words[4]):
            key = self._keys.popleft()
            if key == "#":
                return f"200 result={digits}"
            digits += key
        return f"200 result={digits}" if len(digits) == int(words[4]) else f"200 result={digits} (timeout)"

    def _do_wait_for(self, words: list[str]) -> str | None:
        if self._keys:
            return f"200 result={ord(self._keys.popleft())}"
        return None if self._lasts("wait_for_digit") else TIMES_OUT

    def _lasts(self, path: str) -> bool:
        return any(fragment in path for fragment in self._held)

    def _key_arrived(self) -> None:
        """Keys that come while a held file plays."""
        words = self._open
        if words is None or words[0] not in {"STREAM", "GET", "WAIT"}:
            return
        if words[0] == "STREAM" and self._keys[0] not in words[3]:
            return
        if words[0] == "STREAM":
            self.played.pop()
        text = self._reply_to(words)
        if text is not None:
            self._answer(text)
