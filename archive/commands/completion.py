"""``archive completion``: completion scripts, made from the parser itself."""

from __future__ import annotations

import argparse

from ..cli import COMMANDS, make_parser


def run(args: argparse.Namespace) -> int:
    """Print the completion script for a shell."""
    print({"bash": _bash, "zsh": _zsh, "fish": _fish}[args.shell](_options()), end="")
    return 0


def _options() -> dict[str, list[tuple[list[str], str]]]:
    """For each command its options, as spellings and help."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for action in make_parser()._subparsers._group_actions:  # type: ignore[union-attr]  # argparse has no public way
        for name, parser in action.choices.items():  # type: ignore[union-attr]
            found[name] = [(a.option_strings, a.help or "") for a in parser._actions if a.option_strings]
    return found


def _choices() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The words that each command's first argument may be, and each option's."""
    firsts: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}
    for action in make_parser()._subparsers._group_actions:  # type: ignore[union-attr]
        for name, parser in action.choices.items():  # type: ignore[union-attr]
            for a in parser._actions:
                if a.choices and not a.option_strings:
                    firsts[name] = list(a.choices)
                elif a.choices:
                    values.update((s, list(a.choices)) for s in a.option_strings)
    return firsts, values


def _bash(options: dict[str, list[tuple[list[str], str]]]) -> str:
    firsts, values = _choices()
    cases = "".join(
        f'    {name}) words="{" ".join(s for strings, _ in opts for s in strings)}" '
        f'first="{" ".join(firsts.get(name, ()))}" ;;\n'
        for name, opts in options.items()
    )
    choices = "".join(
        f'    {option}) COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$current")); return ;;\n'
        for option, words in values.items()
    )
    return (
        "_archive() {\n"
        '  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"\n'
        '  local words="" first=""; COMPREPLY=()\n'
        '  if [ "$COMP_CWORD" -eq 1 ]; then\n'
        f'    COMPREPLY=($(compgen -W "{" ".join(options)}" -- "$current")); return\n'
        "  fi\n"
        '  case "${COMP_WORDS[1]}" in\n' + cases + "  esac\n"
        '  case "$before" in\n' + choices + "  esac\n"
        '  case "$current" in\n'
        '    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;\n'
        '    *) if [ -n "$first" ] && [ "$COMP_CWORD" -eq 2 ]; then\n'
        '         COMPREPLY=($(compgen -W "$first" -- "$current")); return\n'
        "       fi\n"
        "       local IFS=$'\\n'; COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
        "  esac\n"
        "}\n"
        "complete -o filenames -F _archive archive\n"
    )


def _zsh(options: dict[str, list[tuple[list[str], str]]]) -> str:
    def quoted(text: str) -> str:
        return text.replace("'", "'\\''").replace(":", "\\:").replace("[", "\\[").replace("]", "\\]")

    commands = "\n".join(f"    '{name}:{quoted(COMMANDS[name][0])}'" for name in options)
    cases = "\n".join(
        f"    {name}) _arguments "
        + " ".join(f"'{s}[{quoted(text)}]'" for strings, text in opts for s in strings)
        + " '*:file:_files' ;;"
        for name, opts in options.items()
    )
    return (
        "#compdef archive\n_archive() {\n  local -a commands=(\n" + commands + "\n  )\n"
        "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
        "  local name=$words[2]\n  shift words; (( CURRENT-- ))\n"
        "  case $name in\n" + cases + '\n  esac\n}\nif [ "$funcstack[1]" = "_archive" ]; then _archive "$@"; '
        "else compdef _archive archive; fi\n"
    )


def _fish(options: dict[str, list[tuple[list[str], str]]]) -> str:
    def quoted(text: str) -> str:
        return text.replace("\\", "\\\\").replace("'", "\\'")

    lines = []
    for name, opts in options.items():
        help_text = quoted(COMMANDS[name][0])
        lines.append(f"complete -c archive -n __fish_use_subcommand -a {name} -d '{help_text}'")
        for strings, text in opts:
            flags = " ".join(f"-l {s[2:]}" if s.startswith("--") else f"-s {s[1:]}" for s in strings)
            lines.append(
                f"complete -c archive -n '__fish_seen_subcommand_from {name}' {flags} -d '{quoted(text)}'"
            )
    return "\n".join(lines) + "\n"
