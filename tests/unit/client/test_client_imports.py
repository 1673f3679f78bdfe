"""Tests of what a program has loaded that uses the client."""

import subprocess
import sys

from tests.support.files import ROOT


def test_the_client_is_light() -> None:
    """No server, no model, no numbers: only messages and sockets."""
    code = """if True:
        import realtime.client.sync, realtime.client.asyncio, sys
        heavy = {"numpy", "cv2", "flask", "gevent", "gunicorn", "ai_edge_litert", "tensorflow"}
        ours = {name.split(".")[1] for name in sys.modules if name.startswith("realtime.")}
        print(sorted(heavy & {name.split(".")[0] for name in sys.modules}), sorted(ours))
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] ['client', 'errors', 'protocol']"
