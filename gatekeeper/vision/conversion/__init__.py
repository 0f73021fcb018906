"""Nets that are published in other forms, written as ONNX files."""
