"""What the files that we make are, by their suffix."""

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".wav": "audio/wav",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
