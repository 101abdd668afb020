"""How what happened on the floor gets into the tables, whatever the database does meanwhile."""
