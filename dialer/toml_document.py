"""TOML files that become dataclasses, to the last key: a misspelt one must not silently take a limit away."""

import tomllib
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dialer.errors import OddDocument

Document = TypeVar("Document")


def read_document(file: Path, kind: type[Document]) -> Document:
    """Read a file; raise OddDocument with the place of what does not fit.

    A file that is not there is the caller's to explain: FileNotFoundError.
    """
    return parse_document(file, content_of(file), kind)


def content_of(file: Path) -> bytes:
    """Read what stands in it; both errors are those of `read_document`."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise OddDocument(str(file), str(error)) from None


def parse_document(file: Path, content: bytes, kind: type[Document]) -> Document:
    """Make a document of what stands in the file."""
    try:
        given = tomllib.loads(content.decode("utf-8"))
        document = msgspec.convert(given, kind, builtin_types=(time,))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise OddDocument(str(file), str(error)) from None
    unknown = _unknown_key(given, msgspec.to_builtins(document, builtin_types=(time,)))
    if unknown:
        raise OddDocument(str(file), f"nobody knows {unknown}")
    return document


def _unknown_key(given: Any, understood: Any) -> str:
    """Return the path of the first key that was read over, or nothing."""
    if isinstance(given, dict):
        for key, value in given.items():
            if key not in understood:
                return str(key)
            if inner := _unknown_key(value, understood[key]):
                return f"{key}.{inner}"
    elif isinstance(given, list):
        for number, value in enumerate(given):
            if inner := _unknown_key(value, understood[number]):
                return f"{number + 1}.{inner}"
    return ""
