"""What goes wrong with zip files that others made."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import Final

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,  # a password is needed
    NotImplementedError,  # a way of packing that Python does not know
    EOFError,
    OSError,
    ValueError,
)
"""What `zipfile` raises for archives that are damaged, locked or strange."""
