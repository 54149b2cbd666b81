"""Cases, oracle, protocol and runner."""
