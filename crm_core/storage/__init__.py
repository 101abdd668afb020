"""What every subject uses to read and write rows."""
