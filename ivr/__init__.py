"""The telephone menu: flows as data, prompts, and the coroutine that takes each caller through them."""
