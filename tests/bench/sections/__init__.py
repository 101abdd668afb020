"""The sections of BENCHMARKS.md in their order; each is a module here of this name with a `SECTION`."""

NAMES = [
    "pop",
    "busy",
    "bridge",
    "persistent",
    "controls",
    "rate",
    "concurrent",
    "ami",
    "push",
    "floor",
    "pacing",
    "campaign",
    "listening",
    "lookup",
    "reports",
    "import",
    "durable",
    "memory",
]
# Whose name is a word of the language.
MODULES = {"import": "importing"}
