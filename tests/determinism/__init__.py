"""The same bytes: two processes, two folders, two hash seeds, two Pythons, two architectures."""
