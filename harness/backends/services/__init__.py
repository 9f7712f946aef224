"""Engines behind a network: one module per service, and the HTTP they share.

Here belongs what talks to a service. Prompts for chat models are in `llm`, keys in `harness.credentials`, retries in
`session`.
"""
