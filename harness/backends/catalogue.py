"""Every engine there is, by name; nothing is imported until it is used."""

from __future__ import annotations

from harness.backends.base import Backend
from harness.registry import Registry, Row

#: What is said of segments of a running text that was cut.
CUT_FLAGS = ("added-text", "moved", "omitted", "source-beside", "unsure")
#: What engines that run here say of a source longer than their model takes, and of a cleaned answer.
_LONG = ("split", "truncated-input", "truncated-output", "cleaned")

backends: Registry[Backend] = Registry(
    "backend",
    {
        "gloss": Row("harness.backends.plain.gloss:GlossBackend", "word-by-word gloss from CC-CEDICT: the floor"),
        "copy": Row("harness.backends.plain.source_copy:CopyBackend", "the untranslated source: the trap"),
        "file": Row(
            "harness.backends.plain.hypothesis_file:FileBackend",
            "translations made elsewhere, from a file",
            flags=CUT_FLAGS,
        ),
        "command": Row(
            "harness.backends.program.command:CommandBackend",
            "any program that reads lines and writes lines",
            flags=("line-breaks-joined",),
        ),
        "transformers": Row(
            "harness.backends.local.transformers_engine:TransformersBackend",
            "translation and chat models that run here (OPUS-MT, NLLB, T5, Qwen)",
            extra="transformers",
            flags=_LONG,
        ),
        "ctranslate2": Row(
            "harness.backends.local.ctranslate2_engine:CTranslate2Backend",
            "translation models converted for CTranslate2: fast on a processor",
            extra="ctranslate2",
            flags=_LONG,
        ),
        "openai": Row(
            "harness.backends.services.openai_api:OpenAIBackend",
            "any OpenAI-compatible chat endpoint",
            extra="openai",
            flags=("cleaned",),
        ),
        "deepl": Row("harness.backends.services.deepl_api:DeepLBackend", "DeepL", extra="deepl"),
        "google": Row("harness.backends.services.google_api:GoogleBackend", "Google Cloud Translation", extra="google"),
        "azure": Row("harness.backends.services.azure_api:AzureBackend", "Azure AI Translator", extra="azure"),
        "libretranslate": Row(
            "harness.backends.services.libretranslate_api:LibreTranslateBackend",
            "a LibreTranslate server",
            extra="http",
        ),
        "http": Row(
            "harness.backends.services.http_api:HttpBackend", "any JSON endpoint, described in the config", extra="http"
        ),
        "ray": Row("harness.backends.ray_cluster:RayBackend", "another backend, spread over Ray workers", extra="ray"),
    },
    group="harness.backends",
)
