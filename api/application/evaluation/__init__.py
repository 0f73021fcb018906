"""Measuring the gate, and trying it: benchmarks, samples, cleaning."""
