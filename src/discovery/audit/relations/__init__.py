"""How columns and tables hang together: keys, references, dependencies, sums and rules."""
