"""The wallboard: links that open it, what it shows, and the streams to those who look on."""
