"""From cells to a table: its header, its body, and what is neither."""
