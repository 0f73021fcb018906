"""The values that flow through the gate.

All are frozen. Nothing here decides, reads a clock or touches a disk; the one
piece of logic is `Decision.outcome`, because an approval must never be
something that a caller can pass in.
"""

from gatekeeper.types.decision import Decision, FaceStatus, Finding, FindingCode, Outcome, Remedy, Role, Severity
from gatekeeper.types.faces import Box, Face, Kind, Person, PersonId, Vector
from gatekeeper.types.formats import Format
from gatekeeper.types.matches import Ambiguous, BoundBy, Identity, Known, Match, Unknown, Unreadable
from gatekeeper.types.photo import MetadataReport, Photo, Pixels, Release
from gatekeeper.types.request import (
    ELSEWHERE,
    NOT_SHOWN,
    UNEDITED,
    WORD_FIELDS,
    Approval,
    Author,
    Channel,
    CheckRequest,
    Edit,
    Objection,
    Request,
    Said,
    Trace,
)
from gatekeeper.types.screening import (
    Facts,
    PhotoFacts,
    PolicyTerms,
    ReleaseFacts,
    ScreenedFace,
    Screening,
    WritingLook,
)
from gatekeeper.types.words import AcceptedChange, Change, ChangeReason, Words

__all__ = [
    "ELSEWHERE",
    "NOT_SHOWN",
    "UNEDITED",
    "WORD_FIELDS",
    "AcceptedChange",
    "Ambiguous",
    "Approval",
    "Author",
    "BoundBy",
    "Box",
    "Change",
    "ChangeReason",
    "Channel",
    "CheckRequest",
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
    "WritingLook",
]
