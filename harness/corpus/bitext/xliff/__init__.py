"""XLIFF of every generation: parsed, written, and which of its translations somebody has approved."""
