"""Engines that translate. Each is one file and one catalogue row; what they share is wrapped around them."""
