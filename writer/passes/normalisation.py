"""Normalisation folding: a `batch_norm` becomes part of the layer before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...schema.ir import Function, ModuleClass, Node, Program, Value, walk
from ...schema.types import TensorType
from .facts import Facts
from .storing import StoringRewriter, Tensors, array_of, params_of, read_counts, use_counts


def normalisation_folding(program: Program, tensors: Mapping[str, Any]) -> tuple[Program, Tensors]:
    """Multiply the weights of a layer by what the `batch_norm` of its result would, and leave that out.

    The layer is a `conv`, `conv_transpose` or `linear`, or a `matmul` with one matrix, whose weight and
    bias are parameters, with or without an addition of a parameter in between. Kept: a weight with
    another use; a normalisation of another axis than that of the filters; one whose operands are no
    parameters; sums that somebody else reads; weights that would not be finite.

    Results change by rounding: each stays within what `batch_norm` of the layer may err by. The new
    parameters are computed in float64 and rounded once.
    """
    made = NormalisationFolding(program, tensors)
    return made.run(), made.tensors


class _Match:
    """A layer, an addition behind it if there is one, and a normalisation."""

    __slots__ = ("layer", "weight", "axis", "bias", "plus", "norm", "names")

    def __init__(
        self, layer: Node, weight: int, axis: int, bias: Value | None, plus: Node | None, norm: Node
    ) -> None:
        self.layer = layer
        self.weight = weight
        #: The axis of the weight that is that of the filters.
        self.axis = axis
        self.bias = bias
        self.plus = plus
        self.norm = norm
        #: The new parameters: weight and bias.
        self.names = ("", "")

    @property
    def channels(self) -> int:
        shape = self.norm.inputs[1].type.shape  # type: ignore[union-attr]
        assert shape is not None and isinstance(shape[0], int)
        return shape[0]


class NormalisationFolding(StoringRewriter):
    def __init__(self, program: Program, tensors: Mapping[str, Any]) -> None:
        super().__init__(program, tensors)
        self._facts = Facts(program)
        self._layers: dict[int, _Match] = {}
        self._gone: set[int] = set()
        for cls in program.classes:
            reads = read_counts(cls)
            for method in cls.methods:
                for match in self._matches(method, reads):
                    self._fold(cls, params_of(method), match)

    def node(self, node: Node) -> None:
        match = self._layers.get(id(node))
        if match is not None:
            self._layer(match)
        elif id(node) not in self._gone:
            self.copy(node)

    # --- what is found ---

    def _matches(self, method: Function, reads: dict[str, int]) -> list[_Match]:
        params, count = params_of(method), use_counts(method)
        made = {value: node for node in walk(method.body) for value in node.results}
        found = []
        for norm in walk(method.body):
            if norm.kind != "op" or norm.name != "batch_norm" or self._facts.fallible(norm):
                continue
            t = norm.results[0].type
            known = all(value in params for value in norm.inputs[1:])
            if not known or not isinstance(t, TensorType) or t.dtype not in ("f32", "f64"):
                continue
            match = self._layer_before(norm, made, params)
            if match is None or any(count[v] != 1 for v in self._between(match)):
                continue
            if reads[params[match.layer.inputs[match.weight]]] == 1:
                found.append(match)
        return found

    @staticmethod
    def _between(match: _Match) -> list[Value]:
        return [node.results[0] for node in (match.layer, match.plus) if node is not None]

    def _layer_before(
        self, norm: Node, made: Mapping[Value, Node], params: Mapping[Value, str]
    ) -> _Match | None:
        layer = made.get(norm.inputs[0])
        plus = None
        if (
            layer is not None
            and layer.kind == "op"
            and layer.name == "add"
            and not self._facts.fallible(layer)
        ):
            plus = layer
            term = next((v for v in plus.inputs if v in params), None)
            other = [v for v in plus.inputs if v is not term]
            if term is None or len(other) != 1 or not _each_channel(term, other[0]):
                return None
            layer = made.get(other[0])
        if layer is None or layer.kind != "op" or layer.results[0].type != norm.results[0].type:
            return None
        place = _weight_of(layer)
        if place is None or layer.inputs[place[0]] not in params:
            return None
        own = layer.inputs[2] if len(layer.inputs) > 2 else None
        if own is not None and own not in params:
            return None
        return _Match(layer, *place, own, plus, norm)

    # --- what it becomes ---

    def _fold(self, cls: ModuleClass, params: Mapping[Value, str], match: _Match) -> None:
        weights, terms = [], []
        for index in self.instances(cls):

            def stored(value: Value, index: int = index) -> Any:
                return self.tensors.get(self.stored_as(cls, index, params[value]))

            found = _folded(match, stored)
            if found is None:
                return
            weights.append(found[0])
            terms.append(found[1])
        weight = match.layer.inputs[match.weight]
        norm = match.norm.inputs[1]
        assert isinstance(weight.type, TensorType) and isinstance(norm.type, TensorType)
        shape: tuple[int, ...] = (match.channels,)
        if match.layer.name == "matmul" and match.weight == 0:
            shape = (match.channels, 1)
        term = TensorType(norm.type.dtype, shape)
        match.names = (
            self.store(cls, params[weight], "normalised", weight.type, weights),
            self.store(cls, params[norm], "normalised", term, [array.reshape(shape) for array in terms]),
        )
        self._layers[id(match.layer)] = match
        self._gone.update(id(node) for node in (match.plus, match.norm) if node is not None)

    def _layer(self, match: _Match) -> None:
        layer, to = match.layer, self.to
        weight, bias = (to.param(name) for name in match.names)
        operands = self.inputs(layer)[:2]
        operands[match.weight] = weight
        names = [match.norm.results[0].name]
        attrs = self.attrs(layer)
        if layer.name == "matmul":
            (y,) = to.op("matmul", *operands, names=[layer.results[0].name], body=None, **attrs)
            made = to.op("add", y, bias, names=names)
        else:
            made = to.op(layer.name, *operands, bias, names=names, body=None, **attrs)
        for node in (match.layer, match.plus, match.norm):
            if node is not None:
                self.become(node, made)


def _weight_of(layer: Node) -> tuple[int, int] | None:
    """The position of a layer's weight, and its axis of filters, if the result's axis 1 is theirs."""
    ranks = [len(value.type.shape or ()) for value in (*layer.inputs, *layer.results)]  # type: ignore[union-attr]
    if layer.name in ("conv", "conv_transpose"):
        return 1, 0 if layer.name == "conv" else 1
    if layer.name == "linear":
        return (1, 0) if ranks[-1] == 2 else None
    if layer.name != "matmul":
        return None
    if ranks == [2, 2, 2]:
        return 1, 1
    return (0, 0) if ranks[0] == 2 and ranks[-1] == 3 else None


def _each_channel(term: Value, x: Value) -> bool:
    """Whether `term` has one element for each place of axis 1 of `x`, and is broadcast along the others."""
    if not isinstance(term.type, TensorType) or not isinstance(x.type, TensorType):
        return False
    mine, theirs = term.type.shape or (), x.type.shape or ()
    at = len(mine) - len(theirs) + 1
    return (
        at >= 0
        and len(mine) <= len(theirs)
        and mine[at] == theirs[1]
        and all(size == 1 for place, size in enumerate(mine) if place != at)
    )


def _folded(match: _Match, stored: Any) -> tuple[Any, Any] | None:
    """The new weight and bias of one instance; None if they are not known, or not finite."""
    operands = [match.layer.inputs[match.weight], *match.norm.inputs[1:]]
    terms = [match.bias, None if match.plus is None else _term(match)]
    found = [stored(value) for value in (*operands, *(v for v in terms if v is not None))]
    if any(value is None for value in found):
        return None
    arrays = [array_of(value).astype(np.float64) for value in found]
    weight, average, variance = arrays[:3]
    scale, shift = arrays[3:5] if len(match.norm.inputs) == 5 else (1.0, 0.0)
    before = sum(array.reshape(-1) for array in arrays[len(operands) :])
    with np.errstate(all="ignore"):
        factor = scale / np.sqrt(variance + float(match.norm.attrs["epsilon"]))  # type: ignore[arg-type]
        made = weight * _spread(match, factor, weight.shape)
        bias = (before - average) * factor + shift
        dtype = array_of(found[0]).dtype
        results = made.astype(dtype), bias.astype(dtype)
    return results if all(np.isfinite(result).all() for result in results) else None


def _term(match: _Match) -> Value:
    assert match.plus is not None
    return next(value for value in match.plus.inputs if value is not match.layer.results[0])


def _spread(match: _Match, factor: Any, shape: tuple[int, ...]) -> Any:
    """The factor of each element of the weight."""
    groups = match.layer.attrs.get("groups", 1)
    assert isinstance(groups, int)
    if match.layer.name == "conv_transpose":
        # The filters of a group are in the weight's axis 1, its channels in axis 0.
        each = np.repeat(factor.reshape(groups, shape[1]), shape[0] // groups, axis=0)
        return each.reshape(shape[:2] + (1,) * (len(shape) - 2))
    return factor.reshape([-1 if axis == match.axis else 1 for axis in range(len(shape))])
