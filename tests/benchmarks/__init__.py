"""Accuracy and speed, side by side with `face_recognition`: `python -m tests.benchmarks --data FOLDER`."""
