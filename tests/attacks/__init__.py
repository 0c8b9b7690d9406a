"""Input that is wrong, too large or hostile: one file for each kind, the exact refusal asserted."""
