"""Commands about the model files and how good they are."""
