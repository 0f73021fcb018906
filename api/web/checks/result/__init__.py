"""The parts of the result page, as it shows them."""
