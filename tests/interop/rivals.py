"""What the speed scripts measure: the binary in $PECETE, else built; and the Python that has pyHanko."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def binary():
    if os.environ.get("PECETE"):
        return os.path.abspath(os.environ["PECETE"])
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True, stdout=sys.stderr)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    return os.path.join(target, "release", "pecete")


def pyhanko_python():
    """$PYHANKO_PYTHON, tests/interop/.venv, this one; None where none of them has it."""
    places = [os.environ.get("PYHANKO_PYTHON"), os.path.join(ROOT, "tests/interop/.venv/bin/python"), sys.executable]
    for python in filter(None, places):
        if os.path.exists(python) and subprocess.run([python, "-c", "import pyhanko.sign"], capture_output=True).returncode == 0:
            return python
    return None
