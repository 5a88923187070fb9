"""Kernels forked from one process that has made ready what chapters share (``nursery.py``)."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Self

from jupyter_client import KernelManager
from jupyter_client.provisioning import LocalProvisioner

INLINE = "module://matplotlib_inline.backend_inline"  # read when Matplotlib is imported


class Kernel:
    """A running kernel, with what Jupyter asks of a process."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return None
        return 0

    def wait(self) -> int:
        """Its exit code; called when it has ended."""
        return 0

    def send_signal(self, signum: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks kernels; ends with the ``with`` block.

    Parameters
    ----------
    prepared
        Whether it first makes ready what chapters share: worth it where several kernels start.
    """

    def __init__(self, prepared: bool) -> None:
        self._options = ["--prepared"] if prepared else []
        self._lock = Lock()

    def __enter__(self) -> Self:
        script = Path(__file__).with_name("nursery.py")
        self._process = subprocess.Popen(
            [sys.executable, script, *self._options],
            env=os.environ | {"MPLBACKEND": INLINE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def kernel(self, arguments: list[str], folder: str, environment: dict[str, str]) -> Kernel:
        """Fork a kernel."""
        wanted = {"arguments": arguments, "folder": folder, "environment": environment}
        with self._lock:
            print(json.dumps(wanted), file=self._process.stdin, flush=True)
            return Kernel(int(self._process.stdout.readline()))


class ForkedKernel(LocalProvisioner):
    """Starts a notebook's kernel in a nursery."""

    def __init__(self, nursery: Nursery, manager: KernelManager) -> None:
        kernel = {"kernel_id": manager.kernel_id, "kernel_spec": manager.kernel_spec}
        super().__init__(parent=manager, **kernel)
        self.nursery = nursery

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel of a command line ``python -m ipykernel_launcher ...``."""
        self.process = self.nursery.kernel(cmd[3:], kwargs["cwd"], kwargs["env"])
        self.pid = self.pgid = self.process.pid  # a group of its own
        return self.connection_info
