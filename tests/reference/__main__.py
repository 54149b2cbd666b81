"""Write the pages and the stub that follow from the declarations: ``python -m tests.reference``."""

from __future__ import annotations

from .files import files

if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
