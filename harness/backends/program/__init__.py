"""Engines that are programs of their own, fed through pipes."""
