"""Series with gaps, breaks and cut ends."""
