"""What an approval rests on, and its end."""
