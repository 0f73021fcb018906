"""Open an upload: bytes in, an upright sRGB picture out, or a refusal that says what to do."""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import Final, Self

from gatekeeper.media.fingerprint import perceptual_hash
from gatekeeper.media.formats.sniff import sniff
from gatekeeper.media.limits import Limits
from gatekeeper.media.reasons import Reason, Refused
from gatekeeper.media.refusals import refusal
from gatekeeper.media.sandbox.airlock import Airlock
from gatekeeper.media.wire import Opened, Order
from gatekeeper.rendition import Frames, Rendition
from gatekeeper.types import Format, MetadataReport, Photo, Pixels

_AS_USUAL: Final = Rendition()


class Opener:
    """Opens uploads, each in a process of its own that is gone afterwards.

    Keep one for the life of the program, because it keeps a warm process; it
    may be used from several threads at once. Close it, or use it in a `with`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._airlock = Airlock(self.limits)

    def open(self, data: bytes, rendition: Rendition = _AS_USUAL) -> Photo:
        """Open one upload.

        Args:
            data: the file.
            rendition: how large the picture may become, and what is to be done
                with one that moves.

        Raises:
            PhotoRefused: `unsupported_format`, `damaged_file`, `too_large` or
                `not_examined`, with a sentence for the person who uploaded it.
        """
        try:
            format_ = self._recognise(data)
            first = rendition.frames is Frames.FIRST
            opened, pixels = self._airlock.decode(data, Order(format_.value.upper(), rendition.long_side, first))
        except Refused as refused:
            raise refusal(refused.reason, data) from None
        return _photo(data, format_, opened, pixels)

    def close(self) -> None:
        """End the worker process; nothing can be opened any more."""
        self._airlock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def worker_process_id(self) -> int | None:
        """The process id of the warm worker, for those who watch over it."""
        return self._airlock.process_id

    def _recognise(self, data: bytes) -> Format:
        if not data:
            raise Refused(Reason.EMPTY)
        if len(data) > self.limits.max_bytes:
            raise Refused(Reason.TOO_MANY_BYTES)
        format_ = sniff(data)
        if format_ is None:
            raise Refused(Reason.UNKNOWN_FORMAT)
        return format_


def _photo(data: bytes, format_: Format, opened: Opened, pixels: Pixels) -> Photo:
    found = opened.found
    return Photo(
        pixels=pixels,
        format=format_,
        size=opened.original,
        sha256=hashlib.sha256(data).hexdigest(),
        fingerprint=perceptual_hash(pixels),
        metadata=MetadataReport(found.gps, found.exif_tags, tuple(sorted(found.carriers)), found.turned),
    )
