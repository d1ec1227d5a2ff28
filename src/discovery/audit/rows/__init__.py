"""Rows beside others: nearly equal, equal by chance, empty, and what tells two groups of them apart."""
