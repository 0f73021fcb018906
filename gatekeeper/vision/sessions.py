"""What is common to nets that run in ONNX Runtime: on one core each, a few at a time, holding nothing afterwards."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.vision.nets import ABREAST
from gatekeeper.vision.onnx_rewriting import quicker

_ERRORS: Final = 3
"""ONNX Runtime's level of logging for errors only."""
_LARGE: Final = 3_000_000
"""Numbers of an input from which the arena is given back: a picture of a megapixel, in three colours."""

_GROWTH: Final = {
    "max_mem": 0,
    "arena_extend_strategy": 0,
    "initial_chunk_size_bytes": -1,
    "max_dead_bytes_per_chunk": -1,
    "initial_growth_chunk_size_bytes": -1,
}
"""How the arena grows: to no limit, by the next power of two, all else as ONNX Runtime has it."""


class Session:
    """One net, shared by all threads; as many run at the same time as it is told."""

    def __init__(self, model: bytes, abreast: int = ABREAST, source: str = "") -> None:
        """Build the net from an ONNX file's bytes; `source` names its input where it has several.

        Memory is taken from an arena that is kept, since a run without one takes twice as long. All nets
        share it: an arena each keeps what each has ever needed. What a large picture took goes back
        to the system after each run.
        """
        # Here, because a program that looks at no picture need not wait for it.
        import onnxruntime  # noqa: PLC0415

        _share_arena()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # a plan for each size, kept for ever
        options.log_severity_level = _ERRORS
        # Weights that are stored in fewer bits become numbers once, not at every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        options.add_session_config_entry("session.use_env_allocators", "1")
        self._session: Any = onnxruntime.InferenceSession(quicker(model), options, providers=["CPUExecutionProvider"])
        self._shrinking = onnxruntime.RunOptions()
        self._shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._input = source or self._session.get_inputs()[0].name
        self._free = BoundedSemaphore(abreast)

    def run(self, blob: NDArray[np.float32], outputs: tuple[str, ...] | None = None) -> list[NDArray[np.float32]]:
        """Return the named outputs for one input, in this order; all if none is named."""
        run = self._shrinking if blob.size > _LARGE else None
        with self._free:
            answer: list[NDArray[np.float32]] = self._session.run(outputs, {self._input: blob}, run)
        return answer

    @property
    def metadata(self) -> dict[str, str]:
        """The model file's own properties."""
        properties: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        return properties


@cache
def _share_arena() -> None:
    """Give this process the one arena that all sessions use; its growth is ONNX Runtime's usual one."""
    import onnxruntime  # noqa: PLC0415

    arena = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    memory = onnxruntime.OrtMemoryInfo("Cpu", arena, 0, onnxruntime.OrtMemType.DEFAULT)
    onnxruntime.create_and_register_allocator(memory, onnxruntime.OrtArenaCfg(_GROWTH))
