"""Three hundred texts that want to be more than a text: a header, an action, a command, an argument, a variable."""

import random

from tests.asterisk.hostile import PIECES

PWNED = "PWNED"
SEED, COUNT = 20261122, 300


def injections(canary: str) -> list[str]:
    """Attacks on each border, then mixtures of them with the pieces of the SIP corpus; `canary` is a file to touch."""
    breaks = (
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        "\n\n",
        "\x00",
        "\x0b",
        "\x0c",
        "\x85",
        "\u2028",
        "\u2029",
        "\\r\\n",
        "%0d%0a",
    )
    lines = (
        f"Variable: {PWNED}=1",
        f"Action: Setvar\r\nVariable: {PWNED}\r\nValue: 1\r\n\r\n",
        f"Action: Originate\r\nChannel: Local/s@from-trunk\r\nApplication: System\r\nData: touch {canary}\r\n\r\n",
        f'SET VARIABLE {PWNED} "1"',
        f'EXEC System "touch {canary}"',
    )
    calls = (
        f"SHELL(touch {canary})",
        f"SET(GLOBAL({PWNED})=1)",
        f"EVAL(${{SHELL(touch {canary})}})",
        f"FILE({canary})",
    )
    evaluated = [f"{sign}{{{call}}}" for call in calls for sign in "$^"] + [f"${{{{{PWNED}}}}}", "$[1+1]", "${EXTEN}"]
    arguments = (
        f"x,{PWNED}=1",
        f"x,GLOBAL({PWNED})=1",
        f"{PWNED}=1",
        f"x)\nSet({PWNED}=1",
        f'x" {PWNED} "1',
        f'x\\" {PWNED} \\"1',
        f"x|System(touch {canary})",
        f"x;System(touch {canary})",
        "x&PJSIP/1001&Local/s@from-trunk",
        f"x^{PWNED}^1",
        f"x,,U(callroom-join^{PWNED})",
        "x,b(from-trunk^s^1)",
        "1001@pstn",
        "PJSIP/1001",
        "/.*/",
        "s,1",
        ")" * 40,
        "(" * 40,
        '"' * 41,
        "\\" * 41,
        "\ud800",
        "x" * 1100,
        "9" * 200,
        "x" * 9000,
        "王" * 3000,
    )
    alone = [f"x{each}{line}" for each in breaks for line in lines]
    texts = [*alone, *evaluated, *arguments, *PIECES]
    dice = random.Random(SEED)  # noqa: S311 - the same corpus each time
    while len(texts) < COUNT:
        texts.append("".join(dice.sample(texts, 2))[: dice.choice((60, 300, 2000))])
    return texts
