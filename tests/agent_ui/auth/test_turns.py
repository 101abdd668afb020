"""Whose password is looked at next: nobody who comes alone waits for a flood."""

from agent_ui.auth.turns import Lane, Turns


def taken(turns: Turns[str]) -> list[str]:
    found = []
    while (who := turns.take()) is not None:
        found.append(who)
    return found


def test_addresses_take_turns() -> None:
    turns: Turns[str] = Turns(10)
    for number in range(4):
        assert turns.enter(f"flood {number}", "a", known=False) is None
    turns.enter("li", "b", known=False)
    turns.enter("wang", "c", known=False)
    assert len(turns) == 6
    assert taken(turns) == ["flood 0", "li", "wang", "flood 1", "flood 2", "flood 3"]
    assert len(turns) == 0


def test_who_is_known_goes_first() -> None:
    turns: Turns[str] = Turns(10)
    turns.enter("stranger", "a", known=False)
    turns.enter("li", "b", known=True)
    assert taken(turns) == ["li", "stranger"]


def test_a_full_lane_lets_the_last_of_the_longest_address_go() -> None:
    turns: Turns[str] = Turns(3)
    for number in range(3):
        turns.enter(f"flood {number}", "a", known=False)
    assert turns.enter("flood 3", "a", known=False) == "flood 3"
    assert turns.enter("li", "b", known=False) == "flood 2"
    assert taken(turns) == ["flood 0", "li", "flood 1"]


def test_where_everybody_comes_alone_the_newest_goes() -> None:
    turns: Turns[str] = Turns(2)
    turns.enter("one", "a", known=False)
    turns.enter("two", "b", known=False)
    assert turns.enter("three", "c", known=False) == "three"
    # and one more must not have the other's only place
    assert turns.enter("one again", "a", known=False) == "one again"
    assert taken(turns) == ["one", "two"]


def test_a_full_lane_of_strangers_has_room_for_who_is_known() -> None:
    turns: Turns[str] = Turns(1)
    turns.enter("stranger", "a", known=False)
    assert turns.enter("li", "a", known=True) is None


def test_who_leaves_makes_room() -> None:
    turns: Turns[str] = Turns(2)
    turns.enter("one", "a", known=False)
    turns.enter("two", "a", known=False)
    turns.leave("two", "a", known=False)
    turns.leave("never came", "b", known=False)
    assert turns.enter("three", "c", known=False) is None
    turns.leave("one", "a", known=False)
    assert taken(turns) == ["three"]


def test_an_empty_lane_has_nobody() -> None:
    assert Lane[str](1).take() is None
