"""Verification of declarations, instances, initial values and exports. SPEC 5.1 and 5.8."""

from __future__ import annotations

from collections.abc import Iterable

from . import limits
from .errors import InvalidError
from .ir import Initial, InitialValue, Instance, ModuleClass, TensorRef
from .labels import (
    CLASS,
    EXPORT,
    FIELD_TYPE,
    INITIAL,
    INSTANCE,
    LIMIT_NESTING,
    NAME,
    OPSET,
    PARAM_TYPE,
)
from .names import is_declarable
from .nodes import const_type
from .registry import OPSET as NEWEST
from .types import ClassType, ContainerType, TensorType, Type, accepts, type_text
from .verify_context import ClassInfo, Context, holds_future


def verify_declarations(context: Context) -> None:
    """Check the opset, names, record classes and module classes, in order of declaration."""
    program = context.program
    if not 1 <= program.opset <= NEWEST:
        context.report(OPSET, "program", expected=f"an opset of 1 to {NEWEST}", got=str(program.opset))
    taken: set[str] = set()
    for record in program.records:
        _declare(context, taken, record.name)
        _members(context, record.name, [name for name, _ in record.fields])
        _field_types(context, record.name, record.fields)
        context.records.setdefault(record.name, record)
    for function in program.functions:
        _declare(context, taken, function.name)
    for cls in program.classes:
        _declare(context, taken, cls.name)
        _class(context, cls)
        context.classes.setdefault(cls.name, ClassInfo(cls))


def _declare(context: Context, taken: set[str], name: str) -> None:
    if not is_declarable(name):
        context.report(
            NAME, "program", expected="identifiers joined by dots, and no name of a type", got=repr(name[:80])
        )
    if name in taken:
        context.report(CLASS, "program", expected="a name that is not declared yet", got=name[:80])
    taken.add(name)


def _members(context: Context, where: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        context.identifier(name, where[:80])
        if name in seen:
            context.report(CLASS, where[:80], expected="members of distinct names", got=name[:80])
        seen.add(name)


def _field_types(context: Context, where: str, fields: Iterable[tuple[str, Type]]) -> None:
    for name, t in fields:
        place = f"{where[:80]}.{name[:80]}"
        if context.check_type(t, place) and (context.symbols_of(t) or holds_future(t)):
            context.report(
                FIELD_TYPE, place, expected="integers and ? as dimensions, no future", got=type_text(t)
            )


def _class(context: Context, cls: ModuleClass) -> None:
    names = [name for table in (cls.params, cls.fields, cls.submodules) for name, _ in table]
    _members(context, cls.name, [*names, *(method.name for method in cls.methods)])
    for name, t in cls.params:
        place = f"{cls.name[:80]}.{name[:80]}"
        if context.check_type(t, place) and not _is_concrete(t):
            context.report(PARAM_TYPE, place, expected="a dtype and integers as dimensions", got=type_text(t))
    _field_types(context, cls.name, cls.fields)
    for name, inner in cls.submodules:
        if inner not in context.classes:
            expected = "a module class that is declared before"
            context.report(CLASS, f"{cls.name[:80]}.{name[:80]}", expected=expected, got=inner[:80])


def _is_concrete(t: Type) -> bool:
    if not isinstance(t, TensorType) or t.dtype is None or t.shape is None:
        return False
    return all(isinstance(dim, int) for dim in t.shape)


# --- instances --------------------------------------------------------------------


def verify_instances(context: Context) -> None:
    """Check that instances fit their classes, point backwards, and are all reached from the root."""
    instances = context.program.instances
    tables = {cls.name: cls for cls in reversed(context.program.classes)}
    if not instances:
        context.report(INSTANCE, "program", expected="at least one instance", got="none")
        return
    for index, instance in enumerate(instances):
        cls = tables.get(instance.class_name)
        if cls is None:
            context.report(
                INSTANCE, f"instance {index}", expected="a module class", got=instance.class_name[:80]
            )
        else:
            _instance(context, index, instance, cls)
    reached = [False] * len(instances)
    reached[-1] = True
    for index in range(len(instances) - 1, -1, -1):
        if not reached[index]:
            context.report(
                INSTANCE, f"instance {index}", expected="an instance inside the root", got="none refers to it"
            )
        for child in instances[index].submodules:
            if 0 <= child < index:
                reached[child] = True


def _instance(context: Context, index: int, instance: Instance, cls: ModuleClass) -> None:
    where = f"instance {index} of {cls.name[:80]}"
    for what, has, wants in (
        ("parameters", instance.params, cls.params),
        ("fields", instance.fields, cls.fields),
        ("submodules", instance.submodules, cls.submodules),
    ):
        if len(has) != len(wants):
            context.report(INSTANCE, where, expected=f"{len(wants)} {what}", got=str(len(has)))
            return
    for (name, _), tensor in zip(cls.params, instance.params):
        if not tensor:
            context.report(
                INSTANCE, f"{where}, parameter {name[:80]}", expected="the name of a tensor", got="''"
            )
    for (name, t), value in zip(cls.fields, instance.fields):
        place = f"{where}, field {name[:80]}"
        if context.check_type(t, place):
            _initial(context, place, t, value, 0)
    instances = context.program.instances
    for (name, inner), child in zip(cls.submodules, instance.submodules):
        place = f"{where}, submodule {name[:80]}"
        if not 0 <= child < index:
            context.report(INSTANCE, place, expected=f"an instance before {index}", got=str(child))
        elif instances[child].class_name != inner:
            got = instances[child].class_name[:80]
            context.report(INSTANCE, place, expected=f"an instance of {inner[:80]}", got=got)


def _initial(context: Context, where: str, t: Type, value: InitialValue, depth: int) -> None:
    """Report where `value` is not of type `t`; the tensors of the archive are checked by its reader."""
    if depth >= limits.VALUE_NESTING:
        expected = f"at most {limits.VALUE_NESTING} values inside one another"
        context.report(LIMIT_NESTING, where, expected=expected)
        return
    if isinstance(t, ContainerType) and t.kind == "optional":
        if value is not None:
            _initial(context, where, t.items[0], value, depth + 1)
    elif isinstance(value, TensorRef):
        if not isinstance(t, TensorType):
            context.report(INITIAL, where, expected=type_text(t), got=f"the tensor {value.name[:80]}")
    elif isinstance(value, Initial):
        _compound(context, where, t, value, depth)
    else:
        try:
            have = const_type(value)
        except InvalidError as error:
            context.report(INITIAL, where, expected=type_text(t), got=str(error.problems[0].got))
            return
        if accepts(t, have) is not True:
            context.report(INITIAL, where, expected=type_text(t), got=type_text(have))


def _compound(context: Context, where: str, t: Type, value: Initial, depth: int) -> None:
    types = _item_types(context, t, value)
    if types is None:
        got = f"{value.kind[:80]} of {len(value.items)} values"
        context.report(INITIAL, where, expected=type_text(t), got=got)
        return
    for position, (item_type, item) in enumerate(zip(types, value.items)):
        _initial(context, f"{where}[{position}]", item_type, item, depth + 1)
    if value.kind == "dict":
        keys = value.items[::2]
        plain = [key for key in keys if isinstance(key, (bool, int, float, str))]
        if len({_key(key) for key in plain}) != len(keys):
            context.report(INITIAL, where, expected="keys that are distinct", got=f"{len(keys)} keys")


def _item_types(context: Context, t: Type, value: Initial) -> Iterable[Type] | None:
    """The types that the items of `value` must have, or None if it cannot be of type `t`."""
    count = len(value.items)
    if isinstance(t, ClassType):
        record = context.records.get(t.name)
        if value.kind != "record" or record is None or len(record.fields) != count:
            return None
        return [field for _, field in record.fields]
    if not isinstance(t, ContainerType) or t.kind != value.kind:
        return None
    if t.kind == "list":
        return t.items * count
    if t.kind == "dict":
        return None if count % 2 else t.items * (count // 2)
    if t.kind == "tuple":
        return t.items if len(t.items) == count else None
    return None


def _key(key: bool | int | float | str) -> object:
    """What two keys of an initial value share if and only if they are one key; NaNs are. SPEC 5.8."""
    if isinstance(key, float) and key != key:
        return "nan", float
    return key, type(key)


# --- exports ----------------------------------------------------------------------


def verify_exports(context: Context) -> None:
    """Check that exports name methods of the root that a caller outside can call."""
    program = context.program
    if not program.exports:
        context.report(EXPORT, "program", expected="at least one export", got="none")
    info = context.classes.get(program.instances[-1].class_name) if program.instances else None
    seen: set[str] = set()
    for name in program.exports:
        where = f"export {name[:80]}"
        method = info.methods.get(name) if info else None
        if name in seen:
            context.report(EXPORT, where, expected="each export once", got=name[:80])
        elif method is None:
            context.report(EXPORT, where, expected="a method of the root's class", got=name[:80])
        else:
            types = [*(p.type for p in method.params), *method.results]
            if any(context.check_type(t, where) and holds_future(t) for t in types):
                context.report(EXPORT, where, expected="parameters and results without futures", got=name)
        seen.add(name)
