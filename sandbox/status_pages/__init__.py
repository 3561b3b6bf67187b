"""Status pages on this machine: strict, stateful, each refusal with its source."""
