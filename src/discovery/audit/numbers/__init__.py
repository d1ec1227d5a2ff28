"""What numbers tell of themselves: codes among them, their ends, their zeros and their units."""
