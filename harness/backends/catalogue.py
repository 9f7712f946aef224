"""Every engine there is, by name; nothing is imported until it is used."""

from __future__ import annotations

from harness.backends.base import Backend
from harness.registry import Registry, Row

backends: Registry[Backend] = Registry(
    "backend",
    {
        "gloss": Row("harness.backends.gloss:GlossBackend", "word-by-word gloss from CC-CEDICT: the floor"),
        "copy": Row("harness.backends.copy:CopyBackend", "the untranslated source: the trap"),
        "file": Row("harness.backends.file:FileBackend", "translations made elsewhere, from a file"),
        "command": Row("harness.backends.command:CommandBackend", "any program that reads lines and writes lines"),
        "transformers": Row(
            "harness.backends.transformers:TransformersBackend",
            "translation and chat models that run here (OPUS-MT, NLLB, T5, Qwen)",
            extra="transformers",
        ),
        "ctranslate2": Row(
            "harness.backends.ctranslate2:CTranslate2Backend",
            "translation models converted for CTranslate2: fast on a processor",
            extra="ctranslate2",
        ),
        "openai": Row("harness.backends.openai:OpenAIBackend", "any OpenAI-compatible chat endpoint", extra="openai"),
        "deepl": Row("harness.backends.deepl:DeepLBackend", "DeepL", extra="deepl"),
        "google": Row("harness.backends.google:GoogleBackend", "Google Cloud Translation", extra="google"),
        "azure": Row("harness.backends.azure:AzureBackend", "Azure AI Translator", extra="azure"),
        "libretranslate": Row(
            "harness.backends.libretranslate:LibreTranslateBackend", "a LibreTranslate server", extra="http"
        ),
        "http": Row("harness.backends.http:HttpBackend", "any JSON endpoint, described in the config", extra="http"),
        "ray": Row("harness.backends.ray:RayBackend", "another backend, spread over Ray workers", extra="ray"),
    },
    group="harness.backends",
)
