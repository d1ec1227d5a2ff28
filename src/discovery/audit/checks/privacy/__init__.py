"""What is personal, and who can be told by ordinary attributes."""
