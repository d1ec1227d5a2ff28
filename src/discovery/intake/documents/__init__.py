"""JSON documents, from bytes to cells."""
