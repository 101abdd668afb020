"""Rules about numbers, names and files of customers: no database, no clock."""
