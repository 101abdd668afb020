"""Reports: the call log counted, kept as sums, and asked."""
