"""Tables in, ranked findings out."""
