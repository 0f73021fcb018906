"""What schemathesis is told of this interface, loaded by its name: pictures to send, and a channel that is there.

Without it every check would end at a file that is none, and nothing behind an approval would be reached.
"""

from __future__ import annotations

from typing import Any, Final

import schemathesis
from hypothesis import strategies as st
from schemathesis.transport.serialization import Binary

from tests.support.gate import upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, TOM_HUE

PICTURES: Final = (upload_of(AMIRA_HUE), upload_of(AMIRA_HUE, TOM_HUE), upload_of(AMIRA_HUE, STRANGER_HUE))

schemathesis.openapi.format("binary", (st.sampled_from(PICTURES) | st.binary(max_size=200)).map(Binary))


@schemathesis.hook
def map_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
    """Make most of the right requests for a check ones that can be approved; wrong ones stay as they are."""
    body: Any = case.body
    right = case.meta is not None and case.meta.generation.mode.is_positive
    if right and case.operation.label == "POST /v1/checks" and isinstance(body, dict) and len(repr(body)) % 4:
        body.pop("event", None)  # in place: another body would be taken for one that is wrong on purpose
        body.update(channel="website", attestations=sorted(ATTESTED))
    return case
