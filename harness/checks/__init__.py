"""What can be seen in a hypothesis before it is scored: empty, copied, untranslated, looping, cut."""
