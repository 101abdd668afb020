"""Reports as files and by mail."""
