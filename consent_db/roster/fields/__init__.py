"""Values of roster columns: dates, names, flags."""
