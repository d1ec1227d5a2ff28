"""The audit of tables that do not fit into memory: measured where they are, judged on a sample, counted on all."""
