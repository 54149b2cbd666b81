"""The program as a graph: indented text with types, or Graphviz dot. SPEC 5.3."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .ir import Attr, Block, Function, Node, Program, Span, TensorConst, Value, all_functions
from .types import type_text

_SHORT = 40

#: Gives the text of a source line, or "" if it is not known.
Lines = Callable[[Span], str]


def graph_text(
    program: Program, *, bodies: bool = False, spans: bool = True, lines: Lines | None = None
) -> str:
    """Every function of `program`, one node a line, with the type of every value.

    Parameters
    ----------
    program
        The program to show.
    bodies
        Whether to show the carried bodies of operators too.
    spans
        Whether to end a line with the source position, where one is known.
    lines
        The source: each line of it stands above the nodes that come from it.

    Returns
    -------
    str
        Text for people; the program text (SPEC 7) is the form that is read back.
    """
    shown = [
        "\n".join(_function_lines(name, function, _Source(spans, lines)))
        for name, _, function in all_functions(program)
        if bodies or not name.startswith("body ")
    ]
    return "\n\n".join(shown) + "\n"


class _Source:
    """Says beside, or above, a node where it comes from."""

    def __init__(self, spans: bool, lines: Lines | None) -> None:
        self.spans = spans
        self.lines = lines
        self.last = ""

    def above(self, node: Node) -> str:
        """The source line, if it is another one than that of the node before."""
        text = self.text(node)
        if text == self.last:
            return ""
        self.last = text
        return text

    def text(self, node: Node) -> str:
        line = self.lines(node.span).strip() if self.lines is not None and node.span is not None else ""
        return f"{node.span!r}  {line}" if line else ""

    def beside(self, node: Node, line: str) -> str:
        if not self.spans or node.span is None or self.text(node):
            return line
        return f"{line:<72}  # {node.span!r}"


def _function_lines(name: str, function: Function, source: _Source) -> Iterator[str]:
    params = ", ".join(_typed(p) for p in function.params)
    results = ", ".join(map(type_text, function.results))
    yield f"{name}({params}) -> ({results}):"
    yield from _block_lines(function.body, "  ", source)
    yield "  return " + ", ".join(_ref(v) for v in function.body.results)


def _block_lines(block: Block, indent: str, source: _Source) -> Iterator[str]:
    for node in block.nodes:
        above = source.above(node)
        if above:
            yield f"{indent}# {above}"
        yield source.beside(node, indent + _node_line(node))
        for label, inner in zip(("then", "else") if node.kind == "if" else ("body",), node.blocks):
            params = f" ({', '.join(_typed(p) for p in inner.params)})" if inner.params else ""
            yield f"{indent}  {label}{params}:"
            yield from _block_lines(inner, indent + "    ", source)
            if not inner.raises:
                yield f"{indent}    yield " + ", ".join(_ref(v) for v in inner.results)


def _node_line(node: Node) -> str:
    inputs = [_ref(v) for v in node.inputs]
    attrs = [f"{name}={attr_text(value)}" for name, value in node.attrs.items() if value != ()]
    head = ", ".join(_typed(v) for v in node.results)
    what = node.name if node.kind == "op" else f"{node.kind} {node.name}".strip()
    if node.kind == "const":
        call = f"const {attr_text(node.attrs['value'])}"
    else:
        arguments = ", ".join(inputs + attrs)
        call = f"{what}({arguments})" if arguments or node.kind == "op" else what
    return f"{head} = {call}" if head else call


def _ref(value: Value) -> str:
    return f"%{value.name}"


def _typed(value: Value) -> str:
    return f"%{value.name}: {type_text(value.type)}"


def attr_text(value: Attr) -> str:
    """An attribute's value, short enough for a line."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(attr_text, value)) + "]"
    if isinstance(value, TensorConst):
        return f"{value.type!r}" if value.shape else f"{value.dtype}({_scalar_text(value)})"
    text = repr(value)
    return text if len(text) <= _SHORT else text[: _SHORT - 3] + "..."


def _scalar_text(value: TensorConst) -> str:
    from struct import unpack

    codes = {"f32": "<f", "f64": "<d", "f16": "<e", "bool": "<?"}
    if value.dtype in codes:
        return repr(unpack(codes[value.dtype], value.data)[0])
    if value.dtype[0] in "iu":
        return repr(int.from_bytes(value.data, "little", signed=value.dtype[0] == "i"))
    return f"0x{value.data.hex()}"


# --- dot ------------------------------------------------------------------------


def graph_dot(program: Program, *, bodies: bool = False, lines: Lines | None = None) -> str:
    """The program in Graphviz's dot language, one cluster a function.

    Parameters
    ----------
    program
        The program to show.
    bodies
        Whether to show the carried bodies of operators too.
    lines
        The source: a node's line is its tooltip.

    Returns
    -------
    str
        A ``digraph``; render it with ``dot -Tsvg``.
    """
    writer = _Dot(_Source(False, lines))
    for index, (name, _, function) in enumerate(all_functions(program)):
        if not bodies and name.startswith("body "):
            continue
        writer.open(f"cluster_{index}", name)
        writer.params(function.params)
        writer.block(function.body)
        result = writer.node("return", "doubleoctagon")
        for value in function.body.results:
            writer.edge(value, result)
        writer.close()
    return writer.text()


class _Dot:
    """Collects the lines of a digraph; `sources` says which node gives a value."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.lines = ["digraph program {", "  rankdir=TB; node [fontname=Helvetica, fontsize=10];"]
        self.sources: dict[int, str] = {}
        self.depth = 1
        self.count = 0
        self.clusters = 0

    def _line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def open(self, name: str, label: str) -> None:
        self._line(f"subgraph {name} {{")
        self.depth += 1
        self._line(f"label={_quote(label)}; style=rounded;")

    def close(self) -> None:
        self.depth -= 1
        self._line("}")

    def node(self, label: str, shape: str = "box", tooltip: str = "") -> str:
        name = f"n{self.count}"
        self.count += 1
        tip = f", tooltip={_quote(tooltip)}" if tooltip else ""
        self._line(f"{name} [label={_quote(label)}, shape={shape}{tip}];")
        return name

    def params(self, params: tuple[Value, ...]) -> None:
        for value in params:
            self.sources[id(value)] = self.node(f"{value.name}\n{type_text(value.type)}", "ellipse")

    def edge(self, value: Value, target: str) -> None:
        source = self.sources.get(id(value))
        if source is not None:
            self._line(f"{source} -> {target} [label={_quote(type_text(value.type))}];")

    def block(self, block: Block) -> None:
        for node in block.nodes:
            label = node.name if node.kind == "op" else f"{node.kind} {node.name}".strip()
            if node.kind == "const":
                label = attr_text(node.attrs["value"])
            attrs = "\n".join(
                f"{k}={attr_text(v)}" for k, v in node.attrs.items() if k != "value" and v != ()
            )
            shape = "note" if node.kind in ("const", "param") else "diamond" if node.kind == "if" else "box"
            name = self.node(f"{label}\n{attrs}" if attrs else label, shape, self.source.text(node))
            for value in node.inputs:
                self.edge(value, name)
            for inner in node.blocks:
                self.clusters += 1
                self.open(f"cluster_block_{self.clusters}", "body" if node.kind == "loop" else "branch")
                self.params(inner.params)
                self.block(inner)
                for value in inner.results:
                    self.edge(value, name)
                self.close()
            for value in node.results:
                self.sources[id(value)] = name

    def text(self) -> str:
        return "\n".join([*self.lines, "}"]) + "\n"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
