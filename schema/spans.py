"""Where nodes come from in the source: positions beside the program, not in it. SPEC 6.8."""

from __future__ import annotations

from .encoding import Plain
from .encoding_labels import SPANS
from .ir import Program, Span, all_functions, walk

FORMAT = "tracebox-spans"
VERSION = 1


def spans_to_plain(program: Program) -> list[Plain]:
    """The positions of all nodes, as ``[format, version, strings, functions]``.

    `functions` follows `ir.all_functions`; each lists nil or six integers for every node in the order of
    `ir.walk`: the file's string, the function's string, line, column, end line, end column.
    """
    strings: dict[str, int] = {}
    functions: list[Plain] = []
    for _, _, function in all_functions(program):
        places: list[Plain] = []
        for node in walk(function.body):
            span = node.span
            places.append(None if span is None else _span_plain(span, strings))
        functions.append(places)
    return [FORMAT, VERSION, list(strings), functions]


def _span_plain(span: Span, strings: dict[str, int]) -> Plain:
    file = strings.setdefault(span.file, len(strings))
    function = strings.setdefault(span.function, len(strings))
    return [file, function, span.line, span.column, span.end_line, span.end_column]


def apply_spans_plain(program: Program, plain: Plain) -> None:
    """Give every node the position that `plain` lists for it.

    Raises
    ------
    MalformedError
        ``enc.spans``: the form is wrong, or there are other functions or nodes than in `program`.
    """
    if type(plain) is not list or len(plain) != 4 or plain[0] != FORMAT or plain[1] != VERSION:
        raise SPANS.fail(expected=f'["{FORMAT}", {VERSION}, strings, functions]')
    strings, functions = plain[2], plain[3]
    if type(strings) is not list or any(type(text) is not str for text in strings):
        raise SPANS.fail("strings", expected="an array of text")
    bodies = [(name, function.body) for name, _, function in all_functions(program)]
    if type(functions) is not list or len(functions) != len(bodies):
        raise SPANS.fail("functions", expected=f"{len(bodies)} functions")
    for (name, body), places in zip(bodies, functions):
        nodes = list(walk(body))
        if type(places) is not list or len(places) != len(nodes):
            raise SPANS.fail(name, expected=f"{len(nodes)} nodes")
        for node, place in zip(nodes, places):
            node.span = None if place is None else _span(place, strings, name)


def _span(place: Plain, strings: list[Plain], where: str) -> Span:
    if type(place) is not list or len(place) != 6:
        raise SPANS.fail(where, expected="six integers or nil")
    numbers = [number for number in place if type(number) is int and 0 <= number < 2**31]
    if len(numbers) != 6 or max(numbers[:2]) >= len(strings):
        raise SPANS.fail(where, expected="two indices of strings and four numbers", got=repr(place)[:80])
    file, function, line, column, end_line, end_column = numbers
    return Span(str(strings[file]), line, column, end_line, end_column, str(strings[function]))
