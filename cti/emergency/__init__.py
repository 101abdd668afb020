"""When Callroom is away: take the caller's number or words without its process, database or network."""
