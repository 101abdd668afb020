"""Callroom's screen: HTTP API, push, SIP proxy, wiring and command line."""

import warnings

# pydub looks on the PATH while it is imported; we hand it the path of a private ffmpeg later.
warnings.filterwarnings("ignore", "Couldn't find ff(mpeg|probe|play)", RuntimeWarning)
