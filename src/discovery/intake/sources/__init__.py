"""Where data is: files, archives, object stores and databases."""
