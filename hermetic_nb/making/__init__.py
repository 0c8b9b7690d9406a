"""How a model's proposal becomes a tool: one way for the notebook's agent and for clients of other programs.

Looks for a tool that does it already, builds the proposal, runs its examples, asks where that is due, keeps it. Knows no
model library.
"""
