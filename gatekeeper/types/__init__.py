"""The values that flow through the gate.

All are frozen. Nothing here decides, reads a clock or touches a disk; the one
piece of logic is `Decision.outcome`, because an approval must never be
something that a caller can pass in.
"""

from gatekeeper.types.decision import Decision, FaceStatus, Finding, FindingCode, Outcome, Remedy, Role, Severity
from gatekeeper.types.faces import Box, Face, Kind, Person, PersonId, Vector
from gatekeeper.types.matches import Ambiguous, BoundBy, Identity, Known, Match, Unknown, Unreadable
from gatekeeper.types.photo import Format, MetadataReport, Photo, Pixels, Release
from gatekeeper.types.screening import (
    ELSEWHERE,
    NOT_SHOWN,
    UNEDITED,
    Approval,
    Author,
    Channel,
    Edit,
    Facts,
    Objection,
    PhotoFacts,
    PolicyTerms,
    ReleaseFacts,
    Request,
    Said,
    ScreenedFace,
    Screening,
    Trace,
)
from gatekeeper.types.words import AcceptedChange, Change, ChangeReason, Words

__all__ = [
    "ELSEWHERE",
    "NOT_SHOWN",
    "UNEDITED",
    "AcceptedChange",
    "Ambiguous",
    "Approval",
    "Author",
    "BoundBy",
    "Box",
    "Change",
    "ChangeReason",
    "Channel",
    "Decision",
    "Edit",
    "Face",
    "FaceStatus",
    "Facts",
    "Finding",
    "FindingCode",
    "Format",
    "Identity",
    "Kind",
    "Known",
    "Match",
    "MetadataReport",
    "Objection",
    "Outcome",
    "Person",
    "PersonId",
    "Photo",
    "PhotoFacts",
    "Pixels",
    "PolicyTerms",
    "Release",
    "ReleaseFacts",
    "Remedy",
    "Request",
    "Role",
    "Said",
    "ScreenedFace",
    "Screening",
    "Severity",
    "Trace",
    "Unknown",
    "Unreadable",
    "Vector",
    "Words",
]
