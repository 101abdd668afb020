"""Reads a dialplan as Asterisk does and names what a caller's text could do harm with, or what leads nowhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# What comes over the wire, or from Callroom as a subroutine's argument. CALLERID(pres) too:
# a rule without exceptions is one that can be remembered.
OUTSIDE = re.compile(
    r"(EXTEN|ARG[0-9]+|DNID|RDNIS|CALLERIDNUM|CALLERIDNAME|CALLERANI)\b"
    r"|(CALLERID|CONNECTEDLINE|REDIRECTING|PJSIP_HEADERS?|PJSIP_PARSE_URI|PJSIP_HEADER_PARAM|SIP_HEADER|CHANNEL|CDR)\("
)
HARMLESS = re.compile(r"(?:[A-Za-z0-9+*#_.:-]|\\-)+")
SHELLS = {"system", "trysystem", "externalivr", "disa", "exec", "tryexec", "macro", "stasis", "mixmonitor", "originate"}
SHELL_FUNCTIONS = re.compile(r"\b(SHELL|FILE|ENV|EVAL|CURL|ODBC_\w+|REALTIME\w*|AST_CONFIG|DIALPLAN_EXISTS)\(")
# Transfers, recording and parking by the keys of whoever is on the line.
FEATURES = {"dial": 2, "queue": 1, "bridge": 1, "retrydial": 4, "followme": 1}
FEATURE_LETTERS = set("tTwWkKxXhH")
FROM_INSIDE = ("Goto", "GotoIf", "Gosub", "GosubIf")


@dataclass(frozen=True)
class Problem:
    rule: str
    place: str
    text: str


@dataclass
class Step:
    label: str
    text: str


@dataclass
class Dialplan:
    contexts: dict[str, dict[str, list[Step]]] = field(default_factory=dict)
    includes: list[tuple[str, str]] = field(default_factory=list)
    directives: list[str] = field(default_factory=list)


def parse(text: str) -> Dialplan:
    plan, context, exten = Dialplan(), "", ""
    for raw in text.splitlines():
        line = re.split(r"(?<!\\);", raw, maxsplit=1)[0].strip()
        if header := re.match(r"\[([^\]]+)\]", line):
            context = header[1]
            plan.contexts.setdefault(context, {})
        elif line.startswith("#"):
            plan.directives.append(line)
        elif found := re.match(r"(exten|same|include|switch)\s*=>?\s*(.*)", line):
            kind, rest = found[1], found[2]
            if kind == "include":
                plan.includes.append((context, rest))
                continue
            if kind == "switch":
                plan.directives.append(line)
                continue
            if kind == "exten":
                exten, _, rest = _split_pattern(rest)
            priority, _, application = rest.partition(",")
            label = re.search(r"\(([^)]+)\)", priority)
            plan.contexts[context].setdefault(exten, []).append(Step(label[1] if label else "", application.strip()))
    return plan


def _split_pattern(rest: str) -> tuple[str, str, str]:
    """An extension's name ends at the first comma that is not within brackets."""
    depth = 0
    for at, char in enumerate(rest):
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            return rest[:at], ",", rest[at + 1 :]
    return rest, "", ""


def split(text: str, separator: str) -> list[str]:
    """Split where Asterisk splits: not within brackets of any kind, nor within quotes."""
    pieces, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == '"'
        depth += (char in "([{") - (char in ")]}")
        if char == separator and depth == 0 and not quoted:
            pieces.append("")
        else:
            pieces[-1] += char
    return pieces


def application(text: str) -> tuple[str, str]:
    found = re.match(r"\s*(\w+)\s*(?:\((.*)\))?\s*$", text, re.DOTALL)
    return (found[1], found[2] or "") if found else (text, "")


def expansions(text: str) -> Iterator[tuple[str, str]]:
    """Every `${…}` with the one directly around it ("" for none), inner ones included."""
    stack: list[int] = []
    for at in range(len(text)):
        if text.startswith("${", at):
            stack.append(at + 2)
        elif text[at] == "}" and stack:
            start = stack.pop()
            around = text[stack[-1] :] if stack else ""
            yield text[start:at], around


def lint(text: str, agi_targets: frozenset[str]) -> list[Problem]:
    plan = parse(text)
    problems = [Problem("directive", "file", line) for line in plan.directives]
    problems += [Problem("no_such_context", c, name) for c, name in plan.includes if name not in plan.contexts]
    for context, extensions in plan.contexts.items():
        for exten, steps in extensions.items():
            clean: set[str] = set()
            if exten.startswith("_") and exten[-1] in ".!" and not any("FILTER(" in each.text for each in steps):
                problems.append(Problem("pattern_without_filter", f"{context},{exten}", exten))
            for step in steps:
                place = f"{context},{exten}"
                problems += [Problem(rule, place, step.text) for rule in _step_problems(step.text, clean)]
                problems += [
                    Problem(rule, place, step.text)
                    for app in _applications(step.text)
                    for rule in _target_problems(plan, context, exten, app, agi_targets)
                ]
                if washed := re.match(r"Set\((CALLERID\(\w+\))=\$\{FILTER\(", step.text):
                    clean.add(washed[1])
    return problems


def _applications(text: str) -> Iterator[tuple[str, str]]:
    """The step's application and those that it runs in its turn."""
    name, arguments = application(text)
    yield name, arguments
    if name.lower() in {"execif", "execiftime"}:
        _, _, branches = _after_condition(arguments)
        for branch in split(branches, ":"):
            if branch:
                yield from _applications(branch)


def _after_condition(arguments: str) -> tuple[str, str, str]:
    pieces = split(arguments, "?")
    return pieces[0], "?", "?".join(pieces[1:])


def _step_problems(text: str, clean: set[str]) -> Iterator[str]:
    for name, around in expansions(text):
        if not OUTSIDE.match(name) or name in clean:
            continue
        allowed = re.match(r"FILTER\(([^,]*),", around)
        if allowed is None or not HARMLESS.fullmatch(allowed[1]):
            yield "unfiltered"
    if SHELL_FUNCTIONS.search(text):
        yield "shell_function"
    for name, arguments in _applications(text):
        if name.lower() in SHELLS:
            yield "shell"
        at = FEATURES.get(name.lower())
        options = split(arguments, ",")[at : at + 1] if at is not None else []
        if options and FEATURE_LETTERS & set(re.sub(r"\([^)]*\)", "", options[0])):
            yield "feature_keys"


def _target_problems(
    plan: Dialplan, context: str, exten: str, app: tuple[str, str], agi_targets: frozenset[str]
) -> Iterator[str]:
    name, arguments = app
    if name in {"AGI", "EAGI", "DeadAGI", "FastAGI"} and split(arguments, ",")[0] not in agi_targets:
        yield "no_such_agi"
    # subroutines among the options of Queue and Dial
    targets = [found.replace("^", ",") for found in re.findall(r"[bBU]\((\w[\w-]*\^\w+\^\w+)", arguments)]
    if name in FROM_INSIDE:
        targets = [arguments]
    if name in FROM_INSIDE and name.endswith("If"):
        targets = [each for each in split(_after_condition(arguments)[2], ":") if each]
    for target in targets:
        if "${" in target:
            yield "dynamic_target"
        elif not _exists(plan, context, exten, target):
            yield "no_such_target"


def _exists(plan: Dialplan, context: str, exten: str, target: str) -> bool:
    parts = [re.sub(r"\(.*\)$", "", part) for part in split(target, ",")]
    here = [context, exten][: 3 - len(parts)] + parts
    steps = plan.contexts.get(here[0], {}).get(here[1])
    if steps is None:
        return False
    return here[2] in {step.label for step in steps} or (here[2].isdigit() and 1 <= int(here[2]) <= len(steps))
