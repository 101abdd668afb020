"""One caller's way through a flow, without a telephone: told what happened, it says the next step.

Rule 1: `start` and `feed` always return a step and never raise; an input that does not answer the present step
repeats that step.
Rule 2: every visit ends. A caller who never presses anything, or a circle that goes on and on, leads to
`otherwise`, the step the entry has for the case that its flow is of no use.
"""

from collections.abc import Callable, Mapping

from ivr.domain import steps
from ivr.domain.flow import Flow
from ivr.domain.hours import Opening
from ivr.domain.nodes import (
    LANGUAGES,
    CollectNode,
    HangUpNode,
    HoursNode,
    LanguageNode,
    LookupNode,
    MenuNode,
    Node,
    QueueNode,
    SayNode,
    TransferNode,
    VoicemailNode,
    waits_for_caller,
)
from ivr.domain.steps import Input, KnownCaller, LastStep, Step

MOST_STEPS = 300
MOST_SILENCES = 12


class Visit:
    """Holds where the caller is, the language spoken, digits collected, and the priority earned so far."""

    def __init__(self, flow: Flow, language: str, otherwise: LastStep) -> None:
        self.language = language
        self.priority = 0
        self.variables: dict[str, str] = {}
        self.node = flow.start
        self._flow = flow
        self._otherwise = otherwise
        self._tries = 0
        self._silences = 0
        self._steps = 0
        self._step: Step = steps.Say(())

    def start(self) -> Step:
        """Return the first step."""
        return self._enter(self._flow.start)

    def feed(self, given: Input) -> Step:
        """Take the answer to the present step and return the next; after the last step, that one again."""
        if isinstance(self._step, steps.LAST_STEPS):
            return self._step
        self._steps += 1
        if self._steps > MOST_STEPS:
            return self._take(self._otherwise)
        node = self._flow.nodes[self.node]
        return _ANSWERS[type(node)](self, node, given)

    def _take(self, step: Step) -> Step:
        self._step = step
        return step

    def _enter(self, name: str) -> Step:
        self._tries = 0
        node = self._flow.nodes[name]
        # Circles without a question are refused by parse_flow, so this ends.
        while isinstance(node, LanguageNode):
            self.language, name = node.language, node.next
            node = self._flow.nodes[name]
        self.node = name
        return self._take(_STEPS[type(node)](self, node))

    # What a node asks for.

    def _say(self, node: SayNode) -> Step:
        return steps.Say((node.prompt,), waits_for_caller(self._flow.nodes[node.next]))

    def _ask_menu(self, node: MenuNode) -> Step:
        return steps.Ask(self._prompts(node), node.timeout_s)

    def _ask_digits(self, node: CollectNode) -> Step:
        return steps.Collect(self._prompts(node), node.timeout_s, node.max_digits)

    def _ask_lookup(self, node: LookupNode) -> Step:
        return steps.Lookup(None if node.variable is None else self.variables.get(node.variable, ""))

    def _ask_queue(self, node: QueueNode) -> Step:
        return self._line(node) if node.closed is None else steps.CheckQueue(node.queue_id)

    def _line(self, node: QueueNode) -> Step:
        return steps.EnterQueue(node.queue_id, max(node.priority, self.priority))

    def _prompts(self, node: MenuNode | CollectNode) -> tuple[str, ...]:
        return (node.invalid_prompt, node.prompt) if self._tries and not self._silences else (node.prompt,)

    # What its answer leads to.

    def _after_say(self, node: SayNode, given: Input) -> Step:
        return self._enter(node.next) if isinstance(given, steps.Finished) else self._step

    def _after_menu(self, node: MenuNode, given: Input) -> Step:
        if isinstance(given, steps.Digit):
            self._silences = 0
            if given.key in node.options:
                return self._enter(node.options[given.key])
            return self._try_again(node, node.on_invalid)
        if isinstance(given, steps.Silence):
            self._silences += 1
            return self._try_again(node, node.on_timeout)
        return self._step

    def _after_digits(self, node: CollectNode, given: Input) -> Step:
        if not isinstance(given, steps.Digits):
            return self._step
        self._silences = 0 if given.keys else self._silences + 1
        if node.min_digits <= len(given.keys) <= node.max_digits:
            self.variables[node.variable] = given.keys
            return self._enter(node.next)
        return self._try_again(node, node.on_timeout)

    def _after_hours(self, node: HoursNode, given: Input) -> Step:
        if not isinstance(given, steps.HoursAre):
            return self._step
        ways = {"open": node.open, "closed": node.closed, "holiday": node.holiday}
        return self._enter(ways[given.opening])

    def _after_queue(self, node: QueueNode, given: Input) -> Step:
        if not isinstance(given, steps.HoursAre) or node.closed is None:
            return self._step
        return self._take(self._line(node)) if given.opening is Opening.OPEN else self._enter(node.closed)

    def _after_lookup(self, node: LookupNode, given: Input) -> Step:
        if not isinstance(given, steps.LookedUp):
            return self._step
        if given.caller is None:
            return self._enter(node.unknown)
        self._greet(given.caller, node)
        return self._enter(node.vip if given.caller.is_vip else node.found)

    def _after_transfer(self, node: TransferNode, given: Input) -> Step:
        if not isinstance(given, steps.TransferEnded):
            return self._step
        return self._take(steps.Goodbye(None, transferred=True)) if given.answered else self._enter(node.on_failed)

    def _greet(self, caller: KnownCaller, node: LookupNode) -> None:
        if caller.language in LANGUAGES:
            self.language = caller.language
        if caller.is_vip:
            self.priority = max(self.priority, node.vip_priority)

    def _try_again(self, node: MenuNode | CollectNode, or_else: str) -> Step:
        self._tries += 1
        if self._silences >= MOST_SILENCES:
            return self._take(self._otherwise)
        if self._tries > node.retries:
            return self._enter(or_else)
        return self._take(_STEPS[type(node)](self, node))


_STEPS: Mapping[type[Node], Callable[..., Step]] = {
    SayNode: Visit._say,
    MenuNode: Visit._ask_menu,
    CollectNode: Visit._ask_digits,
    HoursNode: lambda _visit, node: steps.CheckHours(node.calendar),
    LookupNode: Visit._ask_lookup,
    QueueNode: Visit._ask_queue,
    VoicemailNode: lambda _visit, node: steps.Voicemail(node.prompt),
    TransferNode: lambda _visit, node: steps.Transfer(node.number, node.timeout_s),
    HangUpNode: lambda _visit, node: steps.Goodbye(node.prompt),
}
_ANSWERS: Mapping[type[Node], Callable[..., Step]] = {
    SayNode: Visit._after_say,
    MenuNode: Visit._after_menu,
    CollectNode: Visit._after_digits,
    HoursNode: Visit._after_hours,
    QueueNode: Visit._after_queue,
    LookupNode: Visit._after_lookup,
    TransferNode: Visit._after_transfer,
}
