"""``call_agent`` on the host's side: who answers, who must be asked first, what it may cost, and what is written down.

`agents` says who answers, `approval` who decides, `budget` what all calls together may take, `secrets` what is left out of
what is written down, `threads` runs agents that are functions, `clerk` answers the requests of one round, `replay` answers them from a trace, and `dialogue` drives
a call from its start to its end.
"""

from hermetic_nb.delegation.agents import Agent, Agents, Approval
from hermetic_nb.delegation.approval import Question, ask_at_terminal
from hermetic_nb.delegation.budget import Budget
from hermetic_nb.delegation.clerk import Clerk, Desk
from hermetic_nb.delegation.dialogue import Ended, converse, converse_async, run_apart
from hermetic_nb.delegation.replay import Replayer
from hermetic_nb.delegation.secrets import Mask

__all__ = [
    "Agent",
    "Agents",
    "Approval",
    "Budget",
    "Clerk",
    "Desk",
    "Ended",
    "Mask",
    "Question",
    "Replayer",
    "ask_at_terminal",
    "converse",
    "converse_async",
    "run_apart",
]
