"""What browsers see move: snapshot, numbered changes, one bounded queue per browser."""
