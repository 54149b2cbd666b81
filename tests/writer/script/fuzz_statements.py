"""Statements of generated programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fuzz_grammar import Grammar

Maker = Callable[["Grammar", int], list[str]]
MAKERS: list[tuple[int, Maker]] = []

#: What new variables are of, by weight.
_TYPES = (
    ["int"] * 6 + ["float"] * 5 + ["bool"] * 2 + ["str"] * 3 + ["vec"] * 5 + ["arr", "ivec", "opt", "opt"]
    + ["list[int]"] * 4 + ["list[float]", "list[float]", "list[str]", "list[vec]", "dict[str,int]"]
    + ["dict[str,int]", "dict[int,float]", "tuple", "pair", "tally", "tally", "plain"]
)  # fmt: skip
_NEED = {"vec": "vec", "arr": "vec", "ivec": "vec", "list[vec]": "vec"}


def maker(weight: int) -> Callable[[Maker], Maker]:
    def register(function: Maker) -> Maker:
        MAKERS.append((weight, function))
        return function

    return register


def statements(g: Grammar, depth: int) -> list[str]:
    """Some statements; the last may leave the block."""
    r = g.r
    made: list[str] = []
    makers = [m for _, m in MAKERS]
    weights = [w for w, _ in MAKERS]
    count = g.size + r.randrange(1, 4) if depth == 3 else r.randrange(1, 2 + (g.size > 1) + (depth > 1))
    for _ in range(count):
        (one,) = r.choices(makers, weights)
        made += one(g, depth)
        if made and made[-1].split()[0] in ("return", "raise", "break", "continue"):
            break
    return made


def _indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _can(g: Grammar, t: str) -> bool:
    need = _NEED.get(t)
    return not need or bool(g.having(need))


def _trimmed(g: Grammar, t: str, text: str) -> str:
    """In a loop, values that would grow without bounds are cut."""
    if not g.loops:
        return text
    if t == "int":
        return f"({text}) % 10007" if g.r.random() < 0.6 else text
    if t == "str":
        return f"({text})[-20:]"
    if t.startswith("list"):
        return f"({text})[:12]"
    if t in ("vec", "float") and g.r.random() < 0.5:
        return f"({text}) * 0.125"
    return text


@maker(14)
def define(g: Grammar, depth: int) -> list[str]:
    (t,) = g.r.choices(_TYPES)
    if not _can(g, t):
        t = "int"
    text = g.expr(t, 2)
    name = g.name("v")
    g.vars[name] = t
    notes = {"list[int]": "list[int]", "float": "float", "opt": "float | None", "list[float]": "list[float]",
             "dict[str,int]": "dict[str, int]"}  # fmt: skip
    if g.r.random() < 0.08 and t in notes:
        return [f"{name}: {notes[t]} = {text}"]
    if g.r.random() < 0.03 and t == "int":
        return [f"acc += ({name} := {text})"]
    return [f"{name} = {text}"]


@maker(8)
def assign(g: Grammar, depth: int) -> list[str]:
    names = [n for n in g.vars if n not in g.fixed and n[0] == "v" and "plain tally".find(g.vars[n]) < 0]
    if not names:
        return define(g, depth)
    name = g.r.choice(names)
    t = g.vars[name]
    return [f"{name} = {_trimmed(g, t, g.expr(t, 2))}"]


@maker(7)
def accumulate(g: Grammar, depth: int) -> list[str]:
    r = g.r
    risky = r.random() < 0.3
    kind = r.randrange(4)
    if kind == 0:
        return [f"acc = (acc * 7 + {g.expr('int', 2, risky=risky)}) % 1000003"]
    if kind == 1:
        op = r.choice(["+", "-", "^", "+", "+"])
        return [f"acc {op}= {g.expr('int', 2, risky=risky)}"]
    if kind == 2:
        g.tag("list.append")
        return [f"log.append({g.expr('float', 2, risky=risky)})"]
    return [f"txt = (txt + {g.expr('str', 2, risky=risky)})[-24:]"]


@maker(4)
def augment(g: Grammar, depth: int) -> list[str]:
    r = g.r
    t = r.choice(["int", "float", "vec", "list[int]", "str", "ivec", "list[float]"])
    names = [n for n in g.having(t) if n not in g.fixed]
    if not names:
        return accumulate(g, depth)
    name = r.choice(names)
    if t == "int":
        op = r.choice(["+", "-", "^", "|", "&", "//", "%", ">>"])
        value = {"//": "{nz}", "%": "{nz}", ">>": "{shift}"}.get(op, "{int}")
        return [f"{name} {op}= {g._filled(value, 1)}"]
    if t == "float":
        op = r.choice(["+", "-", "*", "/", "//", "%", "**"])
        value = {"+": "{float}", "-": "{float}", "*": "{half}", "**": "2"}.get(op, "{nzf}")
        if op == "**" and g.loops:
            op = "+"
        return [f"{name} {op}= {g._filled(value, 1)}"]
    if t == "vec":
        if name in ("x", "y") and r.random() < 0.7:
            return accumulate(g, depth)
        op = r.choice(["+", "-", "*", "/"])
        value = {"/": "{nzf}", "*": "{half}"}.get(op, r.choice(["{vec}", "{half}", "{int}"]))
        where = r.choice(["", "", "", "[1:]", "[:1]"])
        return [f"{name}{where} {op}= {g._filled(value if not where else '{half}', 1)}"]
    if t == "ivec":
        return [f"{name} {r.choice('+-*')}= {g.expr('k', 0)}"]
    if t == "str":
        return [f"{name} += {g._ch()}"]
    if t == "list[int]":
        return [f"{name} += [{g.expr('int', 1)}]"]
    return [f"{name} += [{g.expr('half', 1)}]"]


@maker(6)
def write(g: Grammar, depth: int) -> list[str]:
    """Writes into arrays, lists and dicts."""
    r = g.r
    t = r.choice(["vec", "list[int]", "list[int]", "dict[str,int]", "mat", "list[float]", "dict[int,float]"])
    names = [n for n in g.having(t) if n not in g.fixed]
    if not names:
        return accumulate(g, depth)
    name = r.choice(names)
    if t == "vec":
        if name in ("x", "y") and r.random() < 0.7:
            return accumulate(g, depth)
        forms = ["{v}[1:] = {float}", "{v}[:] = {vec}", "{v}[{v} > {float}] = {half}", "{v}[::2] *= {half}",
                 "if {v}.shape[0] > {small}:\n    {v}[{bit}:] = {half}", "{v}[...] = {float}",
                 "for i{q} in range(len({v})):\n    {v}[i{q}] = {float}",
                 "if len({v}) > 0:\n    {v}[0] = {float}\n    {v}[-1] += {half}",
                 "for i{q} in range(len({v})):\n    {v}[i{q}] += {half}"]  # fmt: skip
    elif t == "mat":
        forms = [
            "{v}[:, 0:1] = {half}",
            "{v}[1:] += {half}",
            "for i{q} in range({v}.shape[0]):\n    {v}[i{q}] *= {half}",
        ]
    elif t == "list[int]":
        forms = ["{v}.append({int})", "{v}.append({int})", "{v}.extend({list[int]})",
                 "{v}.insert({k}, {int})",
                 "{v}.reverse()", "{v}.sort()", "{v}.sort(reverse=True)", "{v}.clear()",
                 "if {int} in {v}:\n    {v}.remove({int})", "if {v}:\n    {v}[0] = {int}\n    {v}[-1] += {k}",
                 "if len({v}) > 1:\n    {v}[0], {v}[1] = {v}[1], {v}[0]",
                 "if len({v}) > 0:\n    acc += {v}.pop()",
                 "for i{q} in range(len({v})):\n    {v}[i{q}] = {v}[i{q}] + {int} % 1009",
                 "acc += extend_by({v}, {int})", "if {v}:\n    acc += {v}.pop(0)",
                 "{v}.append({v}[-1] if {v} else 0)",
                 "if 5 in {v}:\n    acc += {v}.index(5)"]  # fmt: skip
        if g.loops:
            forms = [f for f in forms if "extend" not in f]
    elif t == "list[float]":
        forms = ["{v}.append({float})", "if {v}:\n    {v}[0] = {float}", "{v}.insert(0, {half})"]
    elif t == "dict[str,int]":
        forms = ["{v}[{str}] = {int}", "{v}['a'] = {int}", "if {str} in {v}:\n    {v}['b'] = {int}",
                 "acc += {v}.pop({ch}, {int})", "{v}.update({{'b': {int}}})",
                 "acc += {v}.setdefault({ch}, {int})",
                 "{v}[{ch}] = {v}.get({ch}, 0) + {k}",
                 "for s{q} in ('a', 'b', 'a'):\n    {v}[s{q}] = {v}.get(s{q}, 0) + 1",
                 "if 'a' in {v}:\n    {v}['a'] += {k}", "{v}.clear()"]  # fmt: skip
    else:
        forms = [
            "{v}[{int}] = {float}",
            "{v}[1] = {half}",
            "acc += len({v}.keys())",
            "{v}.update({{3: {half}}})",
        ]
    form = r.choice(forms).replace("{v}", name).replace("{q}", str(g.number))
    g.number += 1
    if f"{name}." in form:
        method = form.split(f"{name}.", 1)[1].split("(")[0]
        g.tag(f"{t.split('[')[0]}.{method}")
        if "index" in form:
            g.tag("list.index")
    made = g._filled(form, 1)
    return (made or "pass").split("\n")


@maker(7)
def branch(g: Grammar, depth: int) -> list[str]:
    if depth <= 0:
        return accumulate(g, depth)
    r = g.r
    made = [f"if {g.expr('bool', 2)}:", *_indent(g.block(depth - 1))]
    while r.random() < 0.25:
        made += [f"elif {g.expr('bool', 1)}:", *_indent(g.block(depth - 1))]
    if r.random() < 0.5:
        made += ["else:", *_indent(g.block(depth - 1))]
    return made


@maker(2)
def both(g: Grammar, depth: int) -> list[str]:
    """A variable that both branches define."""
    if depth <= 0:
        return accumulate(g, depth)
    t = g.r.choice(
        ["int", "float", "list[int]", "vec", "str", "opt", "dict[str,int]", "tuple", "pair", "tally"]
    )
    if not _can(g, t):
        t = "float"
    name = g.name("v")
    made = [f"if {g.expr('bool', 1)}:"]
    first = g.block(depth - 1) if g.r.random() < 0.4 else []
    if first and first[-1].split()[0] in ("return", "raise", "break", "continue"):
        first = []
    made += _indent([*first, f"{name} = {g.expr(t, 1)}"])
    made += ["else:", *_indent([f"{name} = {g.expr(t, 1)}"])]
    g.vars[name] = t
    return made


@maker(6)
def counted(g: Grammar, depth: int) -> list[str]:
    """``for`` over all that it runs over."""
    if depth <= 0 or g.loops > 1:
        return accumulate(g, depth)
    r = g.r
    i, w = g.name("i"), g.name("w")
    forms: list[tuple[str, str, dict[str, str], list[str]]] = [
        (i, "range({small})", {i: "int"}, []),
        (i, "range({small})", {i: "int"}, []),
        (i, "range({bit}, {small})", {i: "int"}, []),
        (i, "range({small}, {k}, -1)", {i: "int"}, []),
        (i, "range(0, {small}, 2)", {i: "int"}, []),
        (w, "{list[int]}", {w: "int"}, []),
        (w, "{list[float]}", {w: "float"}, []),
        (w, "{list[str]}", {w: "str"}, []),
        (w, "({int}, {int}, {k})", {w: "int"}, []),
        (w, "{dict[str,int]}", {w: "str"}, []),
        (f"{i}, {w}", "{dict[str,int]}.items()", {i: "str", w: "int"}, []),
        (w, "{dict[str,int]}.values()", {w: "int"}, []),
        (w, "{dict[int,float]}.keys()", {w: "int"}, []),
        (f"{i}, {w}", "enumerate({list[int]})", {i: "int", w: "int"}, []),
        (f"{i}, {w}", "enumerate({list[str]}, start={k})", {i: "int", w: "str"}, []),
        (f"{i}, {w}", "zip({list[int]}, {list[float]})", {i: "int", w: "float"}, []),
        (f"{i}, {w}", "zip(range({small}), {list[int]})", {i: "int", w: "int"}, []),
        (w, "reversed({list[int]})", {w: "int"}, []),
        (i, "reversed(range({small}))", {i: "int"}, []),
        (w, "{str}", {w: "str"}, []),
        (
            f"{i}, ({w}, q{i})",
            "enumerate(zip({list[int]}, {list[int]}))",
            {i: "int", w: "int", f"q{i}": "int"},
            [],
        ),
        (f"{i}, {w}", "(({int}, {half}), ({int}, {half}))", {i: "int", w: "float"}, []),
        (f"({i}, {w})", "[({int}, {half})]", {i: "int", w: "float"}, []),
    ]
    if g.having("vec"):
        forms += [(f"q{w}", "<vec>", {w: "float"}, [f"{w} = float(q{w})"]),
                  (f"{i}, q{w}",
                  "enumerate({vec})", {w: "float", i: "int"}, [f"{w} = float(q{w})"])]  # fmt: skip
    if g.having("mat"):
        forms += [(w, "<mat>", {w: "vec"}, []), (w, "{list[vec]}", {w: "vec"}, [])]
    for _ in range(4):
        target, over, names, first = r.choice(forms)
        text = g._filled(over, 1)
        if text is not None:
            break
    else:
        return accumulate(g, depth)
    before, fixed, inner = dict(g.vars), set(g.fixed), list(g.inner)
    g.vars |= names
    g.fixed |= set(names)
    if r.random() < 0.8:  # else what is run over may change meanwhile
        g.fixed |= {n for n in before if n in text}
    g.loops += 1
    body = first + _body(g, depth)
    g.loops -= 1
    g.vars, g.fixed, g.inner = before, fixed, inner
    made = [f"for {target} in {text}:", *_indent(body)]
    if r.random() < 0.08:
        made += ["else:", f"    acc += {g._k()}"]
    return made


def _body(g: Grammar, depth: int) -> list[str]:
    r = g.r
    made = g.block(depth - 1)
    if r.random() < 0.45:
        way = r.choice(["break", "continue", "break"])
        if g.early and r.random() < 0.4:
            way = f"return {g.results()}"
        at = [f"if {g.expr('bool', 1)}:", f"    {way}"]
        if r.random() < 0.2:
            at = [
                f"if {g.expr('bool', 1)}:",
                f"    acc += {g.expr('k', 0)}",
                f"    {way}",
                "else:",
                f"    acc -= {g._k()}",
            ]
        starts = [k for k, line in enumerate(made) if not line.startswith((" ", "else", "elif"))]
        k = r.choice(starts)
        made = made[:k] + at + made[k:]
    return made


@maker(4)
def repeated(g: Grammar, depth: int) -> list[str]:
    """``while``, with an end that is sure."""
    if depth <= 0 or g.loops > 1:
        return accumulate(g, depth)
    r = g.r
    fuel = g.name("f")
    head = [f"{fuel} = {r.choice(['3', '5', g._small()])}"]
    g.vars[fuel] = "int"
    g.fixed.add(fuel)
    g.loops += 1
    body = _body(g, depth)
    g.loops -= 1
    del g.vars[fuel]
    form = r.randrange(4)
    if form == 3 and r.random() < 0.2:
        return [*head, f"while {fuel}:", *_indent([f"{fuel} -= 1", *body]), "else:", f"    acc += {g._k()}"]
    if form == 0:
        return [*head, "while True:", *_indent([f"{fuel} -= 1", f"if {fuel} < 0:", "    break", *body])]
    if form == 1:
        return [*head, f"while {fuel} > 0 and {g.expr('bool', 1)}:", *_indent([f"{fuel} -= 1", *body])]
    if form == 2 and not any("continue" in line for line in body):
        if body[-1].split()[0] in ("return", "raise", "break"):
            body = [f"if {g.expr('bool', 1)}:", *_indent(body)]
        return [*head, f"while {fuel} > 0:", *_indent([*body, f"{fuel} = {fuel} - 1"])]
    return [*head, f"while {fuel}:", *_indent([f"{fuel} -= 1", *body])]


@maker(2)
def leave(g: Grammar, depth: int) -> list[str]:
    """An early return, an error, or a jump in a loop."""
    r = g.r
    if r.random() < 0.3:
        kind = r.choice(["ValueError", "RuntimeError", "IndexError"])
        text = r.choice(["'bad'", "f'bad {acc}'", f"{g.expr('str', 1)}"])
        return [
            f"if {g.expr('bool', 1)} and acc > {r.choice(['30', '1000', '5'])}:",
            f"    raise {kind}({text})",
        ]
    if not g.early or (depth == 3 and r.random() < 0.5):
        return accumulate(g, depth)
    if depth < 3 and r.random() < 0.3:
        return [f"return {g.results()}"]
    made = [f"if {g.expr('bool', 1)}:"]
    if r.random() < 0.4:
        made += _indent(accumulate(g, 0))
    return [*made, f"    return {g.results()}"]


@maker(1)
def asserted(g: Grammar, depth: int) -> list[str]:
    test = g.expr("bool", 1)
    return [
        g.r.choice([f"assert {test} or acc < 1000", "assert acc >= -100000, f'acc is {acc}'", "assert True"])
    ]


@maker(3)
def unpack(g: Grammar, depth: int) -> list[str]:
    r = g.r
    a, b, c = g.name("v"), g.name("v"), g.name("v")
    ints = [n for n in g.having("int") if n not in g.fixed]
    forms: list[tuple[str, dict[str, str]]] = [
        (f"{a}, {b} = {{int}}, {{float}}", {a: "int", b: "float"}),
        (f"{a}, *{b} = ({{int}}, {{k}}, {{int}})", {a: "int", b: "list[int]"}),
        (f"*{a}, {b} = [{{int}}, {{int}}]", {a: "list[int]", b: "int"}),
        (f"({a}, {b}), {c} = ({{int}}, {{str}}), {{half}}", {a: "int", b: "str", c: "float"}),
        (f"{a}, {b} = {{tuple}}", {a: "int", b: "float"}),
        (f"{a}, {b} = {{pair}}", {a: "int", b: "float"}),
        (f"{a} = {b} = {{int}}", {a: "int", b: "int"}),
        (f"{a} = {b} = {{list[int]}}", {a: "list[int]", b: "list[int]"}),
        (f"[{a}, {b}] = divmod({{int}}, {{nz}})", {a: "int", b: "int"}),
    ]
    if len(ints) > 1:
        p, q = r.sample(ints, 2)
        forms += [(f"{p}, {q} = {q}, {p}", {}), (f"{p}, {q} = {q}, ({p} + {q}) % 1000", {})]
    text, names = r.choice(forms)
    made = g._filled(text, 1)
    g.vars |= names
    return [made or "pass"]


@maker(3)
def alias(g: Grammar, depth: int) -> list[str]:
    """Two names for one thing, which is changed."""
    r = g.r
    t = r.choice(["vec", "list[int]", "tally", "dict[str,int]", "plain", "list[float]"])
    names = [n for n in g.having(t) if n not in g.fixed and n[0] == "v"]
    if not names:
        return define(g, depth)
    old, new = r.choice(names), g.name("v")
    g.vars[new] = t
    value = g.expr({"vec": "float", "list[int]": "int", "dict[str,int]": "int"}.get(t, "half"), 1)
    whole = g.expr("int", 1)
    changes = {
        "vec": ["{p}[1:] = {e}", "{p} += {e}", "{p}[...] = {e}", "{p} *= 0.5"],
        "list[int]": ["{p}.append({e})", "{p} += [{e}]", "if {p}:\n    {p}[0] = {e}"],
        "list[float]": ["{p}.append({e})", "if {p}:\n    {p}[-1] = {e}"],
        "tally": ["{p}.add({e})", "{p}.count += 1", "{p}.total = {e}"],
        "plain": ["acc += {p}.push({i}) % 97", "{p}.seen.append({i})", "{p}.value = {i}"],
        "dict[str,int]": ["{p}['a'] = {e}", "{p}['b'] = {e}"],
    }[t]
    made = [f"{new} = {old}"]
    for _ in range(r.randrange(1, 3)):
        form = r.choice(changes)
        if ".append" in form:
            g.tag("list.append")
        name = r.choice([old, new])
        made += form.replace("{p}", name).replace("{e}", value).replace("{i}", whole).split("\n")
    return made


@maker(3)
def change_object(g: Grammar, depth: int) -> list[str]:
    names = g.having("tally") + g.having("plain")
    if not names:
        return define(g, depth)
    name = g.r.choice(names)
    if g.vars[name] == "tally":
        forms = ["{v}.add({half})", "{v}.count += {k}", "{v}.total = {float}",
                 "log.append({v}.scaled({half}))",
                 "{v}.total, {v}.count = {float}, {small}"]  # fmt: skip
    else:
        forms = ["acc += {v}.push({int}) % 97", "{v}.value -= {k}", "{v}.seen.append({int})"]
    return [g._filled(g.r.choice(forms).replace("{v}", name), 1) or "pass"]


@maker(3)
def function(g: Grammar, depth: int) -> list[str]:
    """A nested function or lambda, and its use."""
    if depth < 2:
        return accumulate(g, depth)
    r = g.r
    name, p, q = g.name("h"), g.name("p"), g.name("p")
    before, fixed = dict(g.vars), set(g.fixed)
    g.vars |= {p: "int", q: "int"}
    if r.random() < 0.4:
        text = g.expr("int", 2)
        made = [f"{name} = lambda {p}, {q}={g._k()}: {text}"]
    else:
        test, one, two = g.expr("bool", 1), g.expr("int", 2), g.expr("int", 1)
        body = r.choice([
            [f"if {test}:", f"    return {one}", f"return {two}"],
            [f"{q}z = {one}", f"for {q}i in range({g._small()}):", f"    {q}z = ({q}z + {q}i * {p}) % 1009",
             f"    if {q}z > 500:", f"        return {q}i", f"return {q}z"],
            [f"if {test}:", f"    {p} = {one} % 1009", f"return {p} + {two}"],
        ])  # fmt: skip
        made = [f"def {name}({p}, {q}={g._k()}):", *_indent(body)]
    g.vars, g.fixed = before, fixed
    calls = [f"{name}({g.expr('int', 1)})", f"{name}({g.expr('int', 1)}, {q}={g.expr('int', 0)})"]
    v = g.name("v")
    g.vars[v] = "int"
    made += [f"{v} = {r.choice(calls)}"]
    if r.random() < 0.3:
        made += [f"for w{v} in range(2):", f"    {v} = ({v} + {name}(w{v})) % 1009"]
    return made


@maker(2)
def narrowed(g: Grammar, depth: int) -> list[str]:
    names = [n for n in g.having("opt") if n not in g.fixed]
    if not names:
        text, v = g.expr("opt", 1), g.name("v")
        g.vars[v] = "opt"
        return [f"{v} = {text}"]
    name = g.r.choice(names)
    forms = [
        f"if {name} is not None and {name} > {{half}}:\n    log.append({name} * 2)",
        f"if {name} is None:\n    {name} = {{half}}",
        f"log.append({name} if {name} is not None else {{half}})",
        f"if {name} is None or {name} < {{half}}:\n    acc += 1\nelse:\n    log.append({name})",
        f"if not ({name} is None):\n    log.append({name} - {{half}})\nelse:\n    acc -= 1",
        f"if {name} is not None:\n    {name} = {name} + 1.0\nelse:\n    {name} = None",
    ]
    return (g._filled(g.r.choice(forms), 1) or "pass").split("\n")


@maker(1)
def deleted(g: Grammar, depth: int) -> list[str]:
    r = g.r
    lists = [n for n in g.having("list[int]") if n not in g.fixed]
    dicts = [n for n in g.having("dict[str,int]") if n not in g.fixed]
    if lists and r.random() < 0.5:
        name = r.choice(lists)
        return [f"if {name}:", f"    del {name}[{r.choice(['0', '-1'])}]"]
    if dicts:
        name = r.choice(dicts)
        return [f"if 'a' in {name}:", f"    del {name}['a']"]
    name = g.name("u")
    return [f"{name} = {g.expr('int', 1)}", f"acc += {name} % 7", f"del {name}"]


@maker(1)
def plain(g: Grammar, depth: int) -> list[str]:
    r = g.r
    forms = ["pass", f"print({g.expr('int', 1)})", f"print('acc', acc, {g.expr('bool', 1)})"]
    if depth > 0 and r.random() < 0.5:
        return ["with np.errstate(all='ignore'):", *_indent(g.block(0))]
    return [r.choice(forms)]


@maker(2)
def state(g: Grammar, depth: int) -> list[str]:
    """Fields of the module."""
    if not g.module:
        return accumulate(g, depth)
    forms = ["self.steps = self.steps + {k}", "self.level = self.level * 0.5 + {float}",
             "self.kept = self.kept + {vec}",
             "self.steps += 1", "log.append(float(self.level))", "acc += int(self.steps)",
             "log.append(float(self.bump({float})))", "log.append(float((self.kept * self.scale).sum()))",
             "if self.steps > {k}:\n    self.level = self.level + 1.0", "self.kept = self.kept * {half}",
             "log.append(float(self.kept[{bit}]))"]  # fmt: skip
    g.tag("state")
    return (g._filled(g.r.choice(forms), 1) or "pass").split("\n")
