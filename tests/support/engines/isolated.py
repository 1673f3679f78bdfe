"""`python -m tests.support.engines.isolated ARGUMENTS`: runs Python in a network of its own.

There is no way out of that network, and none in: what listens on all addresses is seen by nobody.
"""

import os
import shutil
import sys

from tests.support.engines.machines import IN_NAMESPACE

if __name__ == "__main__":
    missing = [program for program in ("unshare", "ip") if not shutil.which(program)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)} (Debian: util-linux, iproute2)")
    os.execvp(IN_NAMESPACE[0], [*IN_NAMESPACE, sys.executable, *sys.argv[1:]])  # noqa: S606
