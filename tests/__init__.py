"""The tests: one folder a kind; `conftest.py` at the root gives every session a registry of its own."""
