"""A discrete-event world for pacing: the same object that dials in production, its rivals, and the bound."""
