"""How kernels are compiled: numba options, word type and cache directory, in one place.

Options. ``nogil`` lets threads of the runner work side by side. No ``fastmath``, no ``parallel``:
both change the bits of a result. ``error_model`` stays ``python``: a division by zero then raises
compiled as it does interpreted, whereas ``numpy`` would answer infinity in one of the two only.

Words. ``word`` makes a 64-bit unsigned integer: ``numpy.uint64`` when compiled, ``int`` when
interpreted (``NUMBA_DISABLE_JIT=1``), where it is several times faster. Kernels wrap every integer
that meets a word, since numba turns ``uint64 + 1`` into ``int64`` silently, and let no product or
sum pass 2**64, so that both types give the same bits and numpy has nothing to warn about.

Cache. numba keys a cached kernel by the file that holds it and goes on using it when a function it
calls in another file has changed. So the directory itself is named by a hash of all that the
machine code depends on (see `set_cache_directory`).
"""

import hashlib
import os
import platform
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from llvmlite import binding
from numba.core import config

__all__ = [
    "INTERPRETED",
    "inline",
    "inline_scalars",
    "kernel",
    "leaf",
    "set_cache_directory",
    "word",
]

PREFIX = "simengine-"
INTERPRETED: bool = bool(config.DISABLE_JIT)

word: Any = int if INTERPRETED else np.uint64
# A constant that functions take as an argument. numba compiles a function anew for each value of a
# Python integer that it is called with, but not for those of numpy.
number: Any = int if INTERPRETED else np.int64


def fingerprint() -> str:
    """Hash what the machine code of the kernels depends on.

    Returns
    -------
    str
        16 hexadecimal digits of the SHA-256 over the sources of this folder, the versions of
        Python, numba, llvmlite and numpy, the name of the CPU that is compiled for, and whether
        bounds are checked.
    """
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    cpu = config.CPU_NAME or binding.get_host_cpu_name()
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version)
    options = (platform.machine(), cpu, str(config.BOUNDSCHECK))
    digest.update("\0".join((*versions, *options)).encode())
    return digest.hexdigest()[:16]


def set_cache_directory() -> Path:
    """Point numba at a cache directory that no other version of the kernels uses.

    The parent is the user's own ``NUMBA_CACHE_DIR`` if it is set (never that directory itself: it
    would serve stale kernels), else ``simengine/numba`` in the user's cache directory
    (``XDG_CACHE_HOME`` or ``~/.cache``), else a private directory among the temporary files. Both
    the environment (for child processes) and numba's own configuration (numba may have been
    imported before) are set; other packages of the process then cache there too.

    Returns
    -------
    Path
        The directory ``simengine-HASH``, made and writable.
    """
    name = PREFIX + fingerprint()
    parent = _parent()
    directory = _made(parent / name) if parent else None
    directory = directory or _made(_private() / name) or Path(tempfile.mkdtemp(prefix=PREFIX))
    os.environ["NUMBA_CACHE_DIR"] = config.CACHE_DIR = str(directory)
    return directory


def _parent() -> Path | None:
    stated = os.environ.get("NUMBA_CACHE_DIR") or config.CACHE_DIR
    if stated:
        path = Path(stated)
        # A parent process may have set it: its child must not nest a second level.
        return path.parent if path.name.startswith(PREFIX) else path
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    except RuntimeError:  # a user without a home
        return None
    return Path(home) / "simengine" / "numba"


def _private() -> Path:
    """Name a directory of this user among the temporary files; cached code is run, so own it."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    path = Path(tempfile.gettempdir()) / f"{PREFIX}numba-{user}"
    if _made(path) and hasattr(os, "getuid"):
        state = path.lstat()
        if state.st_uid != user or not stat.S_ISDIR(state.st_mode) or state.st_mode & 0o022:
            return Path(tempfile.mkdtemp(prefix=PREFIX))
    return path


def _made(path: Path) -> Path | None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError:
        return None


if not INTERPRETED:
    set_cache_directory()

njit: Any = numba.njit  # `_nrt`, which numba uses in its own kernels, is not in its stubs

# Called from Python, or allocating.
kernel: Any = njit(nogil=True, cache=True)
# Taking arrays, allocating none and returning none: the callers hold the arrays, so references need
# not be counted. A call costs 5 ns instead of 14, and compiles faster.
leaf: Any = njit(nogil=True, cache=True, _nrt=False)
# A small `leaf` that LLVM puts into its caller: the speed of `inline` at half the compile time,
# since it is compiled once and not at every call.
inline_scalars: Any = njit(nogil=True, cache=True, _nrt=False, forceinline=True)
# Put into the caller before types are inferred, for helpers whose types differ by caller.
inline: Any = njit(nogil=True, cache=True, inline="always")
# A step of a kernel, called by other kernels alone and never from Python: without the wrappers for
# Python and C, which take most of the time to compile where many arrays are passed.
part: Any = njit(
    nogil=True,
    cache=True,
    _nrt=False,
    forceinline=True,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)
# The same, called rather than put into its callers.
step: Any = njit(nogil=True, cache=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
