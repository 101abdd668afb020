"""Plans of staff: how many agents, lines and hours a list takes, found out in a simulated world."""
