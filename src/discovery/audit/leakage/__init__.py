"""How a column can know the target: detectors, a module a way."""
