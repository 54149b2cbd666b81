"""The subcommands of ``archive``, one module each, with ``run(args) -> exit code``."""
