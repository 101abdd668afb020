"""Callroom's screen: HTTP API, push, SIP proxy, wiring and command line."""
