"""The labelled rules of the binary encoding. SPEC 6."""

from __future__ import annotations

from .errors import MalformedError, UnsupportedError
from .rules import Rule


def _rule(code: str, section: str, text: str) -> Rule:
    return Rule(code, section, MalformedError, text)


MSGPACK = _rule("enc.msgpack", "6.1", "the bytes are one msgpack value with nothing behind it")
LIMIT = _rule("enc.limit", "6.1", "arrays hold what they claim, and nest no deeper than the limit")
CANONICAL = _rule("enc.canonical", "6.2", "encoding what was decoded gives the same bytes")
ROOT = _rule("enc.root", "6.3", "the root is an array that begins with the format's name and version")
VERSION = Rule("enc.version", "6.3", UnsupportedError, "the encoding's version is one that this reader has")
FORM = _rule(
    "enc.form", "6.3", "each place holds the kind of value, and each array the elements, that are asked there"
)
TYPE = _rule("enc.type", "6.4", "an entry of the type table is a type, made of earlier entries")
DIM = _rule("enc.dim", "6.4", "a dimension is an integer, nil, or the terms of a normal form")
CONSTANT = _rule("enc.constant", "6.5", "a constant or attribute is written in one of the listed forms")
NODE = _rule("enc.node", "6.6", "a node is an array of seven elements whose kind is in the table of kinds")
INDEX = _rule("enc.index", "6.6", "an index names an entry, or a value that is defined before")
NAMES = _rule("enc.names", "6.6", "a function lists one name for each value that it defines")
SPANS = _rule("enc.spans", "6.8", "source positions are listed for each function and node of the program")
