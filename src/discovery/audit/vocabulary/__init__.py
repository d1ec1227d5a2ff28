"""What words mean, in the names of columns and in cells."""
