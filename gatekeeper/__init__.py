"""The gate: one photo in, one decision out.

    from gatekeeper.decision.case import Case, Tools
    from gatekeeper.decision.pipeline import screen

    screening = screen(upload, Case(request, register, policy), tools)
    screening.facts.decision.outcome      # "approve" or "block"
    screening.release                     # clean bytes, only if approved

Pure: no web, no database, no network, no clock, no environment. Nothing is imported here, so
that a program which needs a part of the gate loads that part alone (docs/decisions/0048).
"""
