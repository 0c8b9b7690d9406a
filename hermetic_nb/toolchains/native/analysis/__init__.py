"""What need not be tested at run time: definite assignment, intervals, bounds of loops."""
