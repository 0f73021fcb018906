"""What was approved: handing it out, and finding it again."""
