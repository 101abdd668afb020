"""The telephone side: what happens on the lines, and who talks to whom."""
