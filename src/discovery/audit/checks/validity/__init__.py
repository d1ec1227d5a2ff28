"""Values that cannot be, or are not written as they should be."""
