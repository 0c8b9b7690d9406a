"""Executors: each runs artifacts of one media type behind `model.Executor`.

`wasm` is the notebook's side; `worker` is the program of the process that it asks, and with `engine`, `fast`, `portable`
and `compiled` the only code that knows the engine. `protocol` is what both sides say to each other.
"""
