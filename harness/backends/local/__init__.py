"""Engines that load a model on this machine through transformers or CTranslate2.

Here belongs what touches weights, tokenizers and devices. Finding a model on this machine is `harness.hub`'s.
"""
