"""The common output of the benchmarks against Python: the machine and libraries, and lines as JSON."""
import json
import os
import re
import time
from pathlib import Path

import torch
import transformers


def begin(benchmark, file, threads=1):
    """Prints the machine and the libraries, like the other benchmarks."""
    processor = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    machine = {"benchmark": benchmark, "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
               "processor": f"{processor[1] if processor else 'unknown'}, {os.cpu_count()} cores",
               "libraries": f"torch {torch.__version__}, transformers {transformers.__version__}, "
                            f"{torch.backends.cpu.get_cpu_capability()}",
               "load_before": os.getloadavg()[0], "threads": threads}
    print(f"{machine['date']}: {machine['processor']}, load before {machine['load_before']:.2f}\n"
          f"{machine['libraries']}; {threads} thread{'' if threads == 1 else 's'}, float32\n")
    append(file, machine)


def append(file, line):
    if file:
        with open(file, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
