"""What every request passes: limits, headers, origin."""
