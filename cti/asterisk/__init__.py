"""The private Asterisk: getting it, its configuration, its process, and the simulated carrier."""
