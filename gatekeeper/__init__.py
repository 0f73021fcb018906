"""The gate: one photo in, one decision out.

    screening = screen(upload, Case(request, register, policy), tools)
    screening.facts.decision.outcome      # "approve" or "block"
    screening.release                     # clean bytes, only if approved

Pure: no web, no database, no network, no clock, no environment.
"""

from gatekeeper.decision.case import Case, Tools, was_deleted
from gatekeeper.decision.pipeline import refuse, rescreen, screen
from gatekeeper.policy.model import Policy
from gatekeeper.register import Gallery, Register
from gatekeeper.types import Decision, Outcome, Request, Screening

__all__ = [
    "Case",
    "Decision",
    "Gallery",
    "Outcome",
    "Policy",
    "Register",
    "Request",
    "Screening",
    "Tools",
    "refuse",
    "rescreen",
    "screen",
    "was_deleted",
]
