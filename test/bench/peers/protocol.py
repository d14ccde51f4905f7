"""One line of JSON in, one cell, one line of JSON out: what the peers share besides their mathematics.

    PEER.py '{"d": 3072, "n": 1000, "m": 5, "T": 100, "k": 10, "pgdSteps": 50, "threads": 1, "repeats": 1, "seed": 1}'

The argument sets defaults, `--float64` the precision; each line on stdin may override all but the threads. The first
line out says which libraries answer. With `trainSteps` < T or `attackSteps` < pgdSteps that many steps are run, their
time is scaled up, and `extrapolated` names the stage. Of several repeats the one with the median total is told.
"""

import json
import os
import sys
import time

DEFAULTS = {"d": 3072, "n": 1000, "m": 5, "T": 100, "k": 10, "pgdSteps": 50, "threads": 1, "repeats": 1, "seed": 1}
TEST_POINTS = 1000
RADII = (0.1, 0.2, 0.3, 0.5, 0.7)  # in units of √d
DEVIATION = 1e-5  # σ_w = σ_b
PACE = 0.06144  # ηd/(mk): η = 1e-3 at d = 3072, k = 10, m = 5


def step_size(cell):
    return PACE * cell["m"] * cell["k"] / cell["d"]


class Watch:
    """Seconds by stage; a stage may be entered again."""

    def __init__(self):
        self.seconds = dict.fromkeys(("data", "training", "evaluation", "start", "attack"), 0.0)
        self.since = time.perf_counter()

    def lap(self, stage):
        now = time.perf_counter()
        self.seconds[stage] += now - self.since
        self.since = now


def serve(load):
    """`load(cell)` imports a library and returns its facts, its matrix product and a function from cells to results."""
    cell = DEFAULTS | json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}")
    cell["float64"] = "--float64" in sys.argv
    # Read when a BLAS or OpenMP is loaded, so they are set before the first import of one.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
        os.environ[name] = str(cell["threads"])
    # OpenMP threads that spin between regions starve those of OpenBLAS: at two threads the attack takes three times as long.
    if cell["threads"] > 1:
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    facts, product, run = load(cell)
    precision = "float64" if cell["float64"] else "float32"
    tell({**facts, "threads": cell["threads"], "precision": precision, "blas": blas(), "gflops": speed(product)})
    for line in sys.stdin:
        asked = cell | json.loads(line)
        try:
            answers = sorted((measured(run, asked, asked["seed"] + i) for i in range(asked["repeats"])), key=total)
            tell(answers[(len(answers) - 1) // 2])
        except Exception as error:
            tell({"error": f"{type(error).__name__}: {error}"})


def measured(run, cell, seed):
    cell = {"trainSteps": cell["T"], "attackSteps": cell["pgdSteps"]} | cell | {"seed": seed}
    watch = Watch()
    found = run(cell, watch)
    seconds = watch.seconds
    scales = {"training": cell["T"] / cell["trainSteps"], "attack": cell["pgdSteps"] / cell["attackSteps"]}
    for stage, scale in scales.items():
        seconds[stage] *= scale
    return {
        "dataAndTrain": seconds["data"] + seconds["training"],
        "attack": seconds["start"] + seconds["attack"],
        "total": sum(seconds.values()),
        "seconds": seconds,
        "extrapolated": [stage for stage, scale in scales.items() if scale > 1],
        **found,
    }


def total(answer):
    return answer["total"]


def tell(value):
    print(json.dumps(value, allow_nan=False), flush=True)


def blas():
    """The BLAS that is mapped into this process, such as `openblasp-r0.3.21`; `reference` for the slow one of Netlib."""
    try:
        with open("/proc/self/maps") as maps:
            paths = sorted({line.split()[-1] for line in maps if "/" in line})
    except OSError:
        return "unknown"
    names = {path: os.path.basename(path).split(".so")[0].removeprefix("lib") for path in paths}
    plain = [os.path.basename(os.path.dirname(path)) for path, name in names.items() if name in ("blas", "cblas")]
    # First: a LAPACK may bring another BLAS along that no product uses.
    if "blas" in plain:
        return "reference"
    for name in names.values():
        if "openblas" in name or name.startswith(("mkl_core", "mkl_rt", "blis")):
            return name
    return plain[0] if plain else "built in"


def speed(product):
    """GFLOP/s of a product of two 512 × 512 matrices, the best of ten: what a slow BLAS cannot hide."""
    best = float("inf")
    for _ in range(10):
        since = time.perf_counter()
        product()
        best = min(best, time.perf_counter() - since)
    return 2 * 512**3 / best / 1e9
