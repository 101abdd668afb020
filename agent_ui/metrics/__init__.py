"""Live figures in Prometheus' format: what happened since the start, and what is now."""
