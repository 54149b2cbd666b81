"""Functions with the mistakes that are likely, each with the arguments of a call.

``python -m tests.writer.script.mistakes`` writes what the compiler says of each into mistakes.txt;
a test compares it. Read the text after a change: it is what people see.
"""

# ruff: noqa
from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import tracebox as tb
from tracebox.schema.errors import TraceboxError

HERE = Path(__file__)
GOLDEN = HERE.with_suffix(".txt")
MISTAKES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
X = np.ones(3)
M = np.ones((2, 3))
CACHE: dict[str, int] = {}
LOG: list[int] = []


def mistake(*args: Any) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        MISTAKES.append((function, args))
        return function

    return register


def messages() -> str:
    """What is said of each."""
    found = []
    for function, args in MISTAKES:
        name = function.__name__.replace("_", " ")
        try:
            tb.script(function, *args)
            said = "(it compiles)"
        except TraceboxError as error:
            said = f"{type(error).__name__}: {error}".replace(str(HERE.parent) + "/", "")
        found.append(f"--- {name}\n{said}\n")
    return "\n".join(found)


# --- variables ------------------------------------------------------------------


@mistake(1)
def set_on_one_path_only(n):
    if n > 0:
        y = 1
    return y


@mistake(1)
def two_types_where_paths_meet(n):
    if n > 0:
        y = 1
    else:
        y = "none"
    return y


@mistake(1)
def int_and_float_where_paths_meet(n):
    scale = 1
    if n > 3:
        scale = 0.5
    return scale * n


@mistake(X)
def two_dtypes_where_paths_meet(x):
    if x.sum() > 0:
        y = x.astype(np.float32)
    else:
        y = x
    return y * 2


@mistake(X)
def two_ranks_where_paths_meet(x):
    y = x
    if x.sum() > 0:
        y = x[None]
    return y.sum(axis=-1)


@mistake(3)
def int_becomes_float_in_a_loop(n):
    total = 0
    for i in range(n):
        total += i / 2
    return total


@mistake(X)
def number_becomes_array_in_a_loop(x):
    total = 0.0
    for row in x:
        total = total + row
    return total


@mistake(1)
def results_of_two_types(n):
    if n > 0:
        return n
    return "negative"


@mistake(1)
def name_that_is_not_defined(n):
    return n + offset


@mistake(1)
def name_with_a_typo(n):
    return math.sqroot(n)


@mistake(1)
def name_after_del(n):
    m = n + 1
    del m
    return m


# --- None -----------------------------------------------------------------------


def looked_up(n, flag):
    return n if flag else None


@mistake(1, True)
def None_is_not_checked(n, flag):
    found = looked_up(n, flag)
    return found + 1


@mistake(1, True)
def truth_of_what_may_be_None(n, flag):
    found = looked_up(n, flag)
    if found:
        return 1
    return 0


@mistake(X, True)
def None_is_not_checked_before_a_method(x, flag):
    mask = x > 0 if flag else None
    return mask.sum()


# --- constructs -----------------------------------------------------------------


@mistake(1)
def try_and_except(n):
    try:
        return 10 // n
    except ZeroDivisionError:
        return 0


@mistake(1)
def generator(n):
    for i in range(n):
        yield i


@mistake(1)
def class_inside(n):
    class Point:
        pass

    return n


@mistake(1)
def global_counter(n):
    global CACHE
    return n


@mistake(1)
def nonlocal_counter(n):
    count = 0

    def add():
        nonlocal count
        count += 1

    add()
    return count


@mistake(1)
def import_inside(n):
    import math as m

    return m.sqrt(n)


@mistake(1)
def match_statement(n):
    match n:
        case 1:
            return 1
    return 0


@mistake(1)
def set_display(n):
    return n in {1, 2, 3}


@mistake(1)
def with_open(n):
    with open("file.txt") as file:
        return n


@mistake(1)
def decorated_inside(n):
    @staticmethod
    def f(x):
        return x

    return f(n)


@mistake(1)
def raise_of_no_exception(n):
    if n < 0:
        raise "negative"
    return n


@mistake(1)
def lambda_in_a_variable_of_two_kinds(n):
    f = math.sin if n > 0 else math.cos
    return f(1.0)


# --- lists, dicts, tuples ---------------------------------------------------------


@mistake(3)
def list_of_two_types(n):
    found = []
    for i in range(n):
        found.append(i)
        found.append(i / 2)
    return found


@mistake(3)
def dict_with_keys_of_two_types(n):
    found = {}
    for i in range(n):
        found[i] = 1
    found["last"] = 2
    return found


@mistake(1)
def index_of_a_tuple_that_is_not_known(n):
    parts = (1, "two", 3.0)
    return parts[n]


@mistake(1)
def step_of_a_slice_that_is_not_known(n):
    xs = [i for i in range(n)]
    return xs[::n]


@mistake(X, 2)
def step_of_a_slice_of_an_array_that_is_not_known(x, n):
    return x[0:n:n]


@mistake(1)
def change_of_a_list_from_outside(n):
    LOG.append(n)
    return n


@mistake("a")
def change_of_a_dict_from_outside(key):
    CACHE[key] = 1
    return 1


@mistake(1)
def change_of_one_of_two_lists(n):
    a, b = [1], [2]
    chosen = a if n > 0 else b
    chosen.append(3)
    return a, b


@mistake(3)
def change_of_a_list_that_was_put_into_a_list(n):
    row = [0]
    rows = []
    for i in range(n):
        rows.append(row)
        row.append(i)
    return rows


@mistake(3)
def change_of_an_item_under_another_name(n):
    rows = [[i] for i in range(n)]
    row = rows[0]
    row.append(1)
    return rows


@mistake(3)
def change_of_an_item_that_has_a_name(n):
    rows = [[i] for i in range(n)]
    row = rows[0]
    rows[0].append(1)
    return row


@mistake(3)
def change_of_an_array_that_was_put_into_a_list(n):
    found, x = [], np.zeros(2)
    for i in range(n):
        x += i
        found.append(x)
    return np.stack(found)


@mistake(3)
def empty_list_in_a_dict_without_a_type(n):
    groups = {}
    for i in range(n):
        if i % 2 not in groups:
            groups[i % 2] = []
        groups[i % 2].append(i)
    return groups


@mistake(1)
def unpacking_of_too_few(n):
    a, b, c = (n, n)
    return a


@mistake(1)
def del_of_an_attribute(n):
    p = Point(n, n)
    del p.x
    return n


@mistake(1)
def unknown_length_in_a_call(n):
    xs = [i for i in range(n)]
    return max(*xs)


# --- arrays ------------------------------------------------------------------------


@mistake(X)
def truth_of_an_array(x):
    if x > 0:
        return x
    return -x


@mistake(X)
def shapes_that_do_not_match(x: "f64[2,3]"):
    return x @ np.ones((4, 5))


@mistake(X)
def function_without_an_operator(x):
    return np.roots(x)


@mistake(X)
def method_without_an_operator(x):
    return x.tobytes()


@mistake(X)
def text_of_an_array(x):
    print("x is", x)
    return x


@mistake(X)
def int_of_a_vector(x):
    return int(x)


@mistake(X, 0.5)
def index_by_a_float(x, t):
    return x[t]


# --- numbers and strings -------------------------------------------------------------


@mistake(1, "a")
def bad_operands(n, s):
    return n + s


@mistake(1, 2.0)
def bits_of_a_float(n, x):
    return n & x


@mistake(2.0)
def range_of_a_float(x):
    total = 0
    for i in range(x):
        total += i
    return total


@mistake(1)
def an_int_of_more_than_64_bits(n):
    return n + 1180591620717411303424


@mistake(1.0, 2)
def format_spec_that_does_not_fit(x, n):
    return f"{x:d}"


@mistake(1, 4)
def format_spec_that_is_not_known(n, width):
    return f"{n:{width}}"


@mistake("a")
def unknown_method_of_a_str(s):
    return s.encode()


@mistake(1)
def min_of_int_and_float(n):
    return max(n, 0.5)


@mistake(1)
def iteration_over_an_int(n):
    total = 0
    for i in n:
        total += i
    return total


@mistake(1)
def print_to_a_file(n):
    print(n, end="")
    return n


@mistake(1.5)
def math_function_without_operator(x):
    return math.gamma(x)


# --- calls -------------------------------------------------------------------------------


@mistake(1)
def wrong_number_of_arguments(n):
    return clamp(n)


@mistake(1)
def unknown_keyword(n):
    return clamp(n, 0, top=3)


@mistake(1)
def wrong_number_of_arguments_of_a_builtin(n):
    return len(n, n)


def clamp(v, low, high=10):
    return min(max(v, low), high)


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


@mistake(5)
def recursion(n):
    return factorial(n)


@mistake(1)
def function_of_the_standard_library(n):
    return n + time.time()


@mistake(1)
def random_of_the_standard_library(n):
    return n * random.random()


@mistake(1)
def builtin_function_that_is_not_known(n):
    return hash(n)


@mistake(1)
def call_of_a_number(n):
    return n(2)


@mistake(1)
def error_in_a_function_that_is_called(n):
    return inner_mistake(n) + 1


def inner_mistake(v):
    label = "value"
    return label - v


# --- objects -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    x: float
    y: float


class Gate(tb.Module):
    def __init__(self):
        self.threshold = 0.5

    def forward(self, x):
        self.threshold = 0.7
        return x


@mistake(1.0)
def attribute_that_is_not_there(x):
    return Point(x, x).z


@mistake(1.0)
def change_of_a_frozen_object(x):
    p = Point(x, x)
    p.x = 2.0
    return p.x


@mistake(1.0)
def result_that_is_an_object(x):
    return Point(x, x)


GATE = Gate()


@mistake(X)
def attribute_of_a_module_that_is_no_field(x):
    return GATE(x)


# --- parameters ------------------------------------------------------------------------------


@mistake(1, {1, 2})
def example_that_is_a_set(n, s):
    return n


@mistake(1)
def parameter_without_a_type(n, m):
    return n + m


@mistake([])
def example_that_is_an_empty_list(xs):
    return len(xs)


if __name__ == "__main__":
    GOLDEN.write_text(messages(), encoding="utf-8")
