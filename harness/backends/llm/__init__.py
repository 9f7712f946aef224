"""Chat models, wherever they run: what they are asked, and what of their answer is the translation."""
