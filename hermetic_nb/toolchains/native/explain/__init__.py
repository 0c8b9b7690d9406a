"""What the compiler found out about a cell, as plain data: types, tests that stay and tests that are left out, asserts.

Made only when asked, by a second look at the same tree with the same analyses; it decides no byte of a tool.
"""
