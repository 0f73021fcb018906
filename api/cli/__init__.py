"""One module a family of commands; each says what it does and leaves the doing to others."""
