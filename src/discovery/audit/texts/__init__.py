"""When two spellings mean one thing, and when a text was mistyped."""
