"""Who is asking, and may they: passwords, sessions, origins, limits and permissions."""
