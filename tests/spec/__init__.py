"""The core specification's own tests, run by the engine as tools run: `python -m tests.spec FOLDER`."""
