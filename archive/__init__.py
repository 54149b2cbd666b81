"""The container, the tensors in it, the manifest and the `archive` command."""
