"""What Scribe can do, measured: `make bench` prints a table and writes `benchmarks/results.json`."""
