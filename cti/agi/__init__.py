"""FastAGI: the customer leg as a coroutine."""
