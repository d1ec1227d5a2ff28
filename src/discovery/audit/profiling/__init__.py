"""What is measured of a table: its columns, pairs of them, and a sketch to compare the next drop with."""
