"""What stands between a table and a model of its target."""
