"""From the text of cells to values: numbers, dates, words."""
