"""Code about call audio; the audio itself lies in a configured folder."""
