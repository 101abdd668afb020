"""How a number is said with recorded pieces: names of prompts in the order in which they are played."""

MOST = 999
# Chinese counts two of something with another word than it reads the digit: liang fenzhong, but di er wei.
COUNTED_TWO = "number_2_counted"


def spoken_number(number: int, language: str, counting: bool = False) -> tuple[str, ...]:
    """Return the pieces for 0 to 999 (more is said as 999); `counting` when a unit follows, as in two minutes."""
    number = max(0, min(number, MOST))
    if language != "zh":
        return _english(number)
    if counting and number == 2:
        return (COUNTED_TWO,)
    return _chinese(number)


def number_pieces(language: str) -> tuple[int, ...]:
    """Return the numbers that need a recording of their own in this language."""
    return tuple(range(11)) if language == "zh" else (*range(20), *range(20, 100, 10))


def _piece(number: int) -> str:
    return f"number_{number}"


def _english(number: int) -> tuple[str, ...]:
    hundreds, rest = divmod(number, 100)
    said: tuple[str, ...] = (_piece(hundreds), "hundred") if hundreds else ()
    if rest == 0 and hundreds:
        return said
    if rest < 20 or rest % 10 == 0:
        return (*said, _piece(rest))
    return (*said, _piece(rest - rest % 10), _piece(rest % 10))


def _chinese(number: int) -> tuple[str, ...]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds and rest <= 10:
        return (_piece(rest),)
    said: tuple[str, ...] = (_piece(hundreds), "hundred") if hundreds else ()
    if tens:
        # 12 is "ten two", 112 is "one hundred one ten two", 20 is "two ten".
        said += (_piece(10),) if tens == 1 and not hundreds else (_piece(tens), _piece(10))
    elif hundreds and ones:
        said += (_piece(0),)
    return (*said, _piece(ones)) if ones else said
