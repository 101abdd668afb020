"""The tables of the first migration, frozen as they were then."""
