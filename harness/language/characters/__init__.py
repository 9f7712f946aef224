"""Characters that are not what they look like: radicals, raised marks, what a font or an encoding lost."""
