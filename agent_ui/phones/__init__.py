"""The phones' door: browsers' SIP sockets in a process of their own, which outlives Callroom's main process."""
