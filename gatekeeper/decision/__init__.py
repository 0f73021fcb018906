"""From the bytes of a photo to a decision: the pipeline, the rules and who may lift what."""
