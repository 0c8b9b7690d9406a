"""Random typed programs: the native compiler held against CPython, and shrinking of what differs."""
