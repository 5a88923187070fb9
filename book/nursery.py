"""A process that has made ready what chapters share, and forks a kernel for each of them.

``python book/nursery.py [--prepared]`` reads one JSON object a line, a kernel's arguments, folder
and environment, and answers with the kernel's process id: a kernel starts in a moment where a new
interpreter needs seconds of imports.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import sys

# Loaded by kernels and figures when first used.
FOR_FIGURES = (
    "IPython.core.pylabtools",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_svg",
)
LAYOUT_TABLES = ["GDEF", "GPOS", "GSUB", "kern"]


def prepare() -> None:
    """Import the whole package, with all that it uses and what shows figures; derive the model."""
    import spillover

    for module in pkgutil.walk_packages(spillover.__path__, "spillover."):
        importlib.import_module(module.name)
    for name in FOR_FIGURES:
        importlib.import_module(name)
    from fontTools.subset import Options

    from spillover.theory.equations import EQUATIONS

    # Text in a PDF is laid out already: its fonts need no tables for that.
    Options._drop_tables_default += LAYOUT_TABLES  # noqa: SLF001
    for equation in EQUATIONS.values():
        equation.parts  # noqa: B018


def become_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Turn a forked child into the kernel of one notebook; returns when it is shut down."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.chdir(folder)
    os.environ.update(environment)
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance(arguments)


def main() -> None:
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # kernels end with this process
    if "--prepared" in sys.argv:
        prepare()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that end leave nothing behind
    for line in iter(sys.stdin.readline, ""):
        if not (child := os.fork()):
            become_kernel(**json.loads(line))
            sys.exit()
        print(child, flush=True)


if __name__ == "__main__":
    main()
