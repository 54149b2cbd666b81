"""`check`: a traced program against its function, on inputs that the trace did not see."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..reader.vectors import difference
from ..schema import dims
from ..schema.errors import ArgumentError, GuardError, LimitError, ProgramError, TraceError
from ..schema.manifest import EntryPoint
from ..schema.types import TensorType, symbols_of
from ..schema.types_text import parse_type
from . import rules
from .inputs import PRIMES, random_array
from .module import Module
from .program import TracedProgram
from .trees import build, tree_of
from .units import all_modules

if TYPE_CHECKING:
    from ..reader.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One set of inputs that was tried.

    `outcome` is ``equal``, ``differs``, ``refused`` (a guard or the signature did not let the
    inputs in, a limit was reached, or with a size of 0 or 1 one side raised) or ``raised`` (both
    sides raised). `worst` is the largest difference of an output, as a part of its largest magnitude.
    """

    inputs: str
    outcome: str
    worst: float = 0.0
    message: str = ""

    def __str__(self) -> str:
        detail = f": {self.message}" if self.message else f", worst difference {self.worst:.1e}"
        return f"{self.outcome:8} {self.inputs}{detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What `check` tried: the inputs of each trial were passed `calls` times to the entry point `entry`.

    `seed` is that of generated inputs, None for inputs that were given.
    """

    trials: tuple[Trial, ...]
    entry: str = "forward"
    seed: int | None = None
    calls: int = 1

    @property
    def ok(self) -> bool:
        """Whether nothing differed, and something was compared."""
        outcomes = {trial.outcome for trial in self.trials}
        return "differs" not in outcomes and bool(outcomes & {"equal", "raised"})

    @property
    def worst(self) -> float:
        """The largest difference of all."""
        return max((trial.worst for trial in self.trials), default=0.0)

    def evidence(self) -> dict[str, Any]:
        """The report as it is kept in an archive. SPEC 3.4."""
        trials = [{"inputs": t.inputs, "outcome": t.outcome, "worst": f"{t.worst:.2g}"} for t in self.trials]
        return {"entry": self.entry, "calls": self.calls, "seed": self.seed, "trials": trials}

    def __str__(self) -> str:
        return "\n".join(map(str, self.trials))


Call = tuple[tuple[Any, ...], dict[str, Any]]


def check(
    program: TracedProgram,
    fn: Callable[..., Any] | None = None,
    *other_inputs: Any,
    tries: int = 8,
    seed: int = 0,
    calls: int = 2,
    raises: bool = True,
    entry: str | None = None,
    limits: Limits | None = None,
) -> CheckReport:
    """Run the function and the program on other inputs and compare every output.

    Parameters
    ----------
    program
        What `trace` gave.
    fn
        What was traced; by default what the program has of the entry point.
    *other_inputs
        Tuples of arguments, or dicts of arguments by name. Without any, inputs are generated, with
        values like those of the example, and sizes by turns: primes, larger ones, smaller ones, those
        of the example, all 1, all 0, and twice each symbol of one of these.
    tries
        How many sets of inputs to generate.
    seed
        For the generated inputs.
    calls
        How many times each set is run one after another, for state that is carried along.
    raises
        Whether to raise when an output differs.
    entry
        The entry point, by its name; by default the first one.
    limits
        Bounds on every call of the program, as `tracebox.load` takes them. Inputs for which it reaches
        one count as refused, and the function does not run on them: a loop that does not end there
        would not end in Python either.

    Returns
    -------
    CheckReport
        What was tried and what came out. The program keeps it, and `save` writes it to the archive.

    Raises
    ------
    TraceError
        ``check.differs``, if `raises`.
    """
    point = _entry(program, entry)
    function = program.functions[point.name] if fn is None else fn
    sets: list[tuple[str, Call]] = [described(_as_call(given)) for given in other_inputs]
    if not other_inputs:
        sets = list(generated(program, point, tries, seed))
    report = trials(
        program,
        function,
        point,
        sets,
        seed=None if other_inputs else seed,
        calls=calls,
        limits=limits,
    )
    wrong = [trial for trial in report.trials if trial.outcome == "differs"]
    if wrong and raises:
        raise TraceError(
            rules.DIFFERS.problem(
                point.name, got=f"{trial.message} for {trial.inputs}", hint="something was frozen that varies"
            )
            for trial in wrong
        )
    return report


def _entry(program: TracedProgram, name: str | None) -> EntryPoint:
    for point in program.entry_points:
        if name in (None, point.name):
            return point
    known = ", ".join(point.name for point in program.entry_points)
    raise rules.INPUT.fail("check", expected=f"an entry point, one of {known}", got=repr(name))


def trials(
    program: TracedProgram,
    function: Callable[..., Any],
    point: EntryPoint,
    sets: Sequence[tuple[str, Call]],
    *,
    seed: int | None = None,
    calls: int = 2,
    limits: Limits | None = None,
) -> CheckReport:
    """Run both sides on sets of inputs; the program keeps the report."""
    runnable = program.runnable if limits is None else program.limited(limits)
    count = calls if program.state else 1
    found = []
    for label, call in sets:
        session = runnable.new_session()
        found.append(_try(session.entry(point.name), function, label, call, count))
    report = CheckReport(trials=tuple(found), entry=point.name, seed=seed, calls=count)
    _keep(program.checks, report.evidence())
    return report


def _keep(checks: list[dict[str, Any]], found: dict[str, Any]) -> None:
    """Add to `checks`; trials of the same sort to those of the last run."""
    if checks and all(checks[-1][key] == found[key] for key in ("entry", "calls", "seed")):
        checks[-1]["trials"] += found["trials"]
    else:
        checks.append(found)


def _as_call(given: Any) -> Call:
    if isinstance(given, dict):
        return (), given
    return (given if isinstance(given, tuple) else (given,)), {}


def described(call: Call) -> tuple[str, Call]:
    """A call with what it is called in reports."""
    args, kwargs = call
    parts = [_shown(value) for value in args] + [f"{key}={_shown(value)}" for key, value in kwargs.items()]
    return ", ".join(parts), call


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(_shown, value))})"
    return repr(value)


def generated(program: TracedProgram, entry: EntryPoint, tries: int, seed: int) -> Iterator[tuple[str, Call]]:
    """Inputs of other sizes, equal where the symbols are equal; see `check`."""
    if not program.vectors.get(entry.name):
        return
    types = [parse_type(text) for text in entry.inputs]
    symbols = list(dict.fromkeys(name for t in types for name in symbols_of(t)))
    examples = program.vectors[entry.name][0].inputs
    for number in range(tries):
        rng = np.random.default_rng((seed, number))
        sizes = _sizes(number, symbols, types, examples, rng)
        leaves = [_leaf(t, old, sizes, rng) for t, old in zip(types, examples)]
        call = arguments(entry, leaves)
        shown = ", ".join(f"{name}={n}" for name, n in sizes.items())
        yield f"{shown or 'the same sizes'} (seed {seed}.{number})", call


def _sizes(
    number: int,
    symbols: Sequence[str],
    types: Sequence[Any],
    examples: Sequence[Any],
    rng: np.random.Generator,
) -> dict[str, int]:
    old: dict[str, int] = {}
    for t, leaf in zip(types, examples):
        for dim, n in zip(t.shape or (), np.shape(leaf)):
            name = dims.symbol_name(dim)
            if name is not None:
                old[name] = int(n)
    sizes = {}
    for i, name in enumerate(symbols):
        n, prime = old[name], PRIMES[(i + 1) % len(PRIMES)]
        by_turns = (prime, n + int(rng.integers(1, 4)), max(1, n - 1), n, 1, 0)
        turn = number % 8
        mixed = int(rng.choice((0, 1, max(0, n - 1), n, n + 1, prime)))
        sizes[name] = by_turns[turn] if turn < len(by_turns) else mixed
    return sizes


def _leaf(t: Any, old: Any, sizes: dict[str, int], rng: np.random.Generator) -> Any:
    if not isinstance(t, TensorType):
        return copy.deepcopy(old)
    shape = tuple(max(0, dims.evaluate(_known(dim), sizes)) for dim in t.shape or ())
    old = np.asarray(old)
    if old.dtype.kind == "f" and old.size:
        spread = float(np.nanstd(old.astype(np.float64))) or 1.0
        made = random_array(shape, np.dtype(np.float64), rng) * spread + float(
            np.nanmean(old.astype(np.float64))
        )
        return made.astype(old.dtype)
    if old.size and old.dtype.kind in "iub":
        return rng.choice(old.reshape(-1), shape).astype(old.dtype)
    return random_array(shape, old.dtype, rng)


def _known(dim: dims.Dim) -> dims.Known:
    assert not isinstance(dim, dims.Unknown)
    return dim


def arguments(entry: EntryPoint, leaves: list[Any]) -> Call:
    """Arguments for an entry point from its leaves."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for parameter in entry.parameters:
        value = build(parameter.tree, leaves)
        if parameter.kind == "keyword":
            kwargs[parameter.name] = value
        else:
            args.append(value)
    return tuple(args), kwargs


@contextmanager
def _fresh_state(function: Any) -> Iterator[None]:
    """Modules begin anew inside, and have their state back afterwards."""
    owner = getattr(function, "__self__", None)
    module = function if isinstance(function, Module) else owner if isinstance(owner, Module) else None
    saved: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for part in all_modules(module) if module is not None else ():
        state = part.__dict__.get("_tb_state")
        if state is not None:
            saved.append((state, dict(state)))
            state.clear()
    try:
        yield
    finally:
        for state, values in saved:
            state.clear()
            state.update(values)


def _try(entry: Callable[..., Any], function: Any, label: str, call: Call, calls: int) -> Trial:
    """Both sides on one set of inputs, several times with carried state."""
    args, kwargs = call
    worst = 0.0
    with _fresh_state(function):
        for _ in range(calls):
            got, failure = None, None
            try:
                got = entry(*copy.deepcopy(args), **copy.deepcopy(kwargs))
            except (ArgumentError, GuardError, LimitError) as refusal:
                return Trial(inputs=label, outcome="refused", message=str(refusal).splitlines()[0])
            except ProgramError as raised:
                failure = raised
            expected, error = _outcome(function, copy.deepcopy(args), copy.deepcopy(kwargs))
            if failure is not None and error is not None:
                return Trial(inputs=label, outcome="raised", message=str(error))
            if failure is not None:
                if _at_the_edge(call) and failure.code != "run.raise":
                    return Trial(inputs=label, outcome="refused", message=str(failure).splitlines()[0])
                return Trial(inputs=label, outcome="differs", message=f"the program raised {failure}")
            if error is not None:
                outcome = "refused" if _at_the_edge(call) else "differs"
                return Trial(inputs=label, outcome=outcome, message=f"the function raised {error!r}")
            gap, message = _compared(got, expected, "result")
            worst = max(worst, gap)
            if message:
                return Trial(inputs=label, outcome="differs", worst=worst, message=message)
    return Trial(inputs=label, outcome="equal", worst=worst)


def _at_the_edge(call: Call) -> bool:
    """Whether a size is 0 or 1, for which many a function has no meaning, or another one."""
    leaves: list[Any] = []
    args, kwargs = call
    tree_of((*args, *kwargs.values()), leaves, "", rules.INPUT, "")
    return any(n < 2 for leaf in leaves for n in np.shape(leaf))


def _outcome(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Exception | None]:
    try:
        return function(*args, **kwargs), None
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        return None, error


def _compared(got: Any, expected: Any, path: str) -> tuple[float, str]:
    """The largest difference between two results, and what is wrong."""
    if isinstance(expected, (tuple, list)):
        if not isinstance(got, (tuple, list)) or len(got) != len(expected):
            return 0.0, f"{path} has another structure"
        found = [_compared(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(got, expected))]
    elif isinstance(expected, dict):
        if not isinstance(got, dict) or list(got) != list(expected):
            return 0.0, f"{path} has another structure"
        found = [_compared(got[key], value, f"{path}[{key!r}]") for key, value in expected.items()]
    elif expected is None or isinstance(expected, str) or got is None:
        same = type(got) is type(expected) and got == expected
        return 0.0, "" if same else f"{path} is {_shown(got)}, not {_shown(expected)}"
    else:
        have = np.asarray(got)
        number = type(expected) in (bool, int, float, complex)  # gives way, as Python's numbers do
        want = np.asarray(expected, have.dtype if number and have.dtype.kind in "fc" else None)
        gap, message = difference(have, want)
        return gap, f"{path}: {message}" if message else ""
    worst = max((gap for gap, _ in found), default=0.0)
    return worst, next((message for _, message in found if message), "")
