"""Runs archives with the reader alone: ``python -m tests.peers.third_party.child FOLDER``.

For each ``NAME.tbox`` the arrays of ``NAME.0.npz`` and ``NAME.1.npz`` are its arguments; the results
go to ``NAME.0.out.npz`` and ``NAME.1.out.npz``, errors to ``NAME.0.txt`` and ``NAME.1.txt``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

import tracebox as tb


def leaves(value: Any) -> list[Any]:
    """The arrays of a result, in order."""
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in leaves(item)]
    return [np.asarray(value)]


def main(folder: Path) -> None:
    """Run every archive of `folder`."""
    for archive in sorted(folder.glob("*.tbox")):
        program = tb.load(archive)
        for turn in ("0", "1"):
            with np.load(archive.with_suffix(f".{turn}.npz")) as given:
                arguments = [given[f"arr_{i}"] for i in range(len(given.files))]
            try:
                results = leaves(program(*arguments))
            except (tb.GuardError, tb.ArgumentError, tb.ProgramError) as error:
                text = f"{type(error).__name__}: {error}"
                archive.with_suffix(f".{turn}.txt").write_text(text, encoding="utf-8")
            else:
                np.savez(archive.with_suffix(f".{turn}.out.npz"), *results)
    loaded = {name.partition(".")[0] for name in sys.modules}
    strangers = loaded & {"scipy", "sklearn", "einops", "array_api_extra", "array_api_compat"}
    if strangers or "tracebox.writer" in sys.modules:
        raise SystemExit(f"the reader is not alone: {strangers or 'tracebox.writer'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
