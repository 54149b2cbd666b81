"""The labelled rules of `manifest.json`. SPEC 3."""

from __future__ import annotations

from .errors import InvalidError, LimitError, MalformedError, UnsupportedError
from .rules import Rule

# Its bytes. SPEC 3.1.
UTF8 = Rule("manifest.utf8", "3.1", MalformedError, "the manifest is UTF-8")
JSON = Rule("manifest.json", "3.1", MalformedError, "the manifest is JSON")
NUMBER = Rule("manifest.number", "3.1", MalformedError, "numbers are integers of 64 bits")
DUPLICATE = Rule("manifest.duplicate", "3.1", MalformedError, "no object has a key twice")
CANONICAL = Rule("manifest.canonical", "3.1", MalformedError, "the manifest has its canonical spelling")

# Its fields. SPEC 3.2.
TYPE = Rule("manifest.type", "3.2", MalformedError, "each field has the JSON type that is stated for it")
MISSING = Rule("manifest.missing", "3.2", MalformedError, "every field that is required is there")
KEY = Rule("manifest.key", "3.2", MalformedError, "there are no other fields")
RANGE = Rule("manifest.range", "3.2", MalformedError, "integers are in the range that is stated for them")
HEX = Rule("manifest.hex", "3.2", MalformedError, "digests are lower-case hexadecimal of the stated length")
RESERVED = Rule(
    "manifest.reserved", "3.2", MalformedError, "the reserved fields `shards` and `signatures` are not used"
)

# Versions. SPEC 3.3, 12.
FORMAT = Rule("manifest.format", "3.3", MalformedError, "`format` is tracebox")
VERSION = Rule("manifest.version", "3.3", UnsupportedError, "the major version of the format is known")
FEATURE = Rule("manifest.feature", "3.3", UnsupportedError, "every required feature is known")
FEATURES = Rule("manifest.features", "3.3", MalformedError, "features are sorted and unique")

# Entry points and state. SPEC 3.6, 3.7.
ENTRY = Rule("manifest.entry-point", "3.6", InvalidError, "entry points have names of their own")
PARAMETER = Rule(
    "manifest.parameter", "3.6", InvalidError,
    "parameters have names of their own, and stand in the order positional, positional_or_keyword, keyword",
)  # fmt: skip
DEFAULT = Rule(
    "manifest.default",
    "3.6",
    InvalidError,
    "no positional parameter without a default follows one with a default",
)
TREE = Rule("manifest.tree", "3.6", InvalidError, "a tree is a leaf, tuple, list, dict or const")
LEAF = Rule(
    "manifest.leaf", "3.6", InvalidError, "leaves number the inputs or outputs from 0 in order, each once"
)
CONST = Rule("manifest.const", "3.6", InvalidError, "a constant is in the form of SPEC 3.6.2")
STATE = Rule("manifest.state", "3.7", InvalidError, "paths of state fields are unique")
DEPTH = Rule("limit.tree-depth", "13.1", LimitError, "trees of inputs and outputs are not nested too deeply")
