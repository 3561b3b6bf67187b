"""What a start costs before it does anything: loading the program, and what of that are its libraries."""

from __future__ import annotations

import subprocess
import sys

LIBRARIES = "slack_bolt.async_app, sqlmodel"
CPU_OF_IMPORT = "import time, {modules}; print(time.process_time())"


async def measure(*, is_quick: bool) -> dict[str, float]:
    """CPU time of a new interpreter that imports, the least of several: everything else is disturbance."""
    times = 1 if is_quick else 7
    return {
        "cold_import_ms": min(_cpu_ms("bot.app") for _ in range(times)),
        "cold_import_libraries_ms": min(_cpu_ms(LIBRARIES) for _ in range(times)),
    }


def _cpu_ms(modules: str) -> float:
    code = CPU_OF_IMPORT.format(modules=modules)
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout) * 1000
