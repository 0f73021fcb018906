"""Finding faces and comparing them.

`load` puts an engine together; `faces.find_faces` looks at a picture with it;
`enrol` makes templates. Nothing here reaches for the network or the environment.
"""

from gatekeeper.vision.engines import ENGINES, load

__all__ = ["ENGINES", "load"]
