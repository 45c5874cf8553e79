"""``python -m benchmarks``: the comparison with its default size."""

from benchmarks.compare import main

main()
