"""Engines that translate: each is one module and one row of the catalogue; what they share is wrapped around them.

Rooms: `services` (behind a network), `local` (a model on this machine), `plain` (no model), `program` (a process),
`llm` (prompts and answers of chat models), `session` (batches, cache, retries: what every engine needs).
Here belongs `base`, the protocol that an engine follows, and what all engines share below it. Nothing here ever sees a
reference.
"""
