"""A description of a model of the school's own."""

from __future__ import annotations

OWN = """
name = "our-sface"

[file]
name = "ours.onnx"
sha256 = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
size = 10_667_852
licence = "Apache-2.0"
source = "https://github.com/opencv/opencv_zoo"

[input]
name = "data"
side = 112
channels = "rgb"
mean = [0, 0, 0]
scale = 1

[output]
dimension = 128
"""
