"""The verifier: whether a program that was decoded or built is well formed. SPEC 5.

It trusts nothing but that the objects are of the classes in `tracebox.schema.ir`, and takes time
linear in the program. What it infers on the way is kept for whoever plans the execution.
"""

from __future__ import annotations

from collections.abc import Sequence

from .errors import MAX_PROBLEMS, InvalidError, LimitError, Problem, TraceboxError
from .infer import Inference
from .ir import Program
from .labels import BODY
from .rules import RULES
from .verify_context import Context, Full
from .verify_function import verify_function
from .verify_graph import verify_graph
from .verify_module import verify_declarations, verify_exports, verify_instances


class Verified:
    """What `verify` found.

    Attributes
    ----------
    problems
        Every broken rule, in program order, at most 100.
    inferences
        For the ``id`` of each node that calls a standard operator and breaks no rule: its
        `Inference`, whose `signature` was taken and whose `unknown` rules are checked at run time.
    arguments
        For the ``id`` of each ``call`` and ``fork`` node, and each ``op`` node with a custom
        operator: the positions of the arguments whose types are checked at run time. Left out
        where there is none.
    """

    __slots__ = ("problems", "inferences", "arguments")

    def __init__(
        self, problems: list[Problem], inferences: dict[int, Inference], arguments: dict[int, tuple[int, ...]]
    ) -> None:
        self.problems = problems
        self.inferences = inferences
        self.arguments = arguments


def verify(program: Program) -> Verified:
    """Check every rule of SPEC 4 and 5, templates of composites excepted (`expand.check_bodies`).

    Parameters
    ----------
    program
        The program, as decoded or built.

    Returns
    -------
    Verified
        With no `problems` if and only if the program is well formed.

    Notes
    -----
    SPEC 5.
    """
    context = Context(program)
    try:
        verify_declarations(context)
        for index, body in enumerate(program.bodies):
            where = f"body {index} ({body.op})"
            if body.function.name != body.op:
                got = body.function.name
                context.report(BODY, where, expected="a function of the operator's name", got=got)
            verify_function(context, ("body", index), where, None, body.function)
        for function in program.functions:
            verify_function(context, ("", function.name), function.name, None, function)
        for cls in program.classes:
            for method in cls.methods:
                where = f"{cls.name}.{method.name}"
                verify_function(context, (cls.name, method.name), where, context.classes[cls.name], method)
        verify_graph(context)
        verify_instances(context)
        verify_exports(context)
    except Full:
        pass
    return Verified(context.problems, context.inferences, context.arguments)


def verify_program(program: Program) -> list[Problem]:
    """The problems of `program`, at most 100; none if it is well formed. SPEC 5."""
    return verify(program).problems


def check_program(program: Program) -> Verified:
    """`verify`, with the problems raised.

    Raises
    ------
    LimitError, UnsupportedError, InvalidError
        As `error_of` says.
    """
    verified = verify(program)
    if verified.problems:
        raise error_of(verified.problems)
    return verified


def error_of(problems: Sequence[Problem]) -> TraceboxError:
    """The error that reports `problems`: a limit's if one is exceeded, otherwise the first rule's."""
    classes = [RULES[p.code].error if p.code in RULES else InvalidError for p in problems[:MAX_PROBLEMS]]
    return (LimitError if LimitError in classes else classes[0])(problems)
