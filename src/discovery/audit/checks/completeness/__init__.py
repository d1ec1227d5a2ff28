"""What is missing, and what stands for missing."""
