"""schemathesis from PyPI over the document that the daemon serves: no 5xx, and no answer that the document does not describe.

Ends with schemathesis' own exit code. Its environment is read in peer/daemon.py; PARLEY_SEED and PARLEY_EXAMPLES change the run.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from furniture import furnish
from peer.daemon import Daemon

HERE = Path(__file__).resolve().parent
# What must hold of every answer. Left out on purpose are
# - negative_data_rejection and positive_data_acceptance: the contract ignores parameters that it does not know, takes its words in any
#   case, and refuses much that no schema can say (a pair that is taken, a closed conversation); both would call right answers wrong;
# - those about methods, headers and credentials that the document does not name, and those over several requests: they ask for more than
#   that what is answered is what is documented.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def command(daemon, location, folder):
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        location,
        "--url",
        daemon.api,
        "--auth",
        f"{daemon.account}:{daemon.token}",
        "--checks",
        CHECKS,
        "--phases",
        "examples,coverage,fuzzing",
        "--seed",
        os.environ.get("PARLEY_SEED", "1"),
        "--max-examples",
        os.environ.get("PARLEY_EXAMPLES", "25"),
        "--generation-database",
        "none",
        "--suppress-health-check",
        "all",
        "--request-timeout",
        "30",
        "--continue-on-failure",
        "--no-shrink",
        # Enough to see what is wrong; the same fault in a shared part shows in every operation.
        "--max-failures",
        "50",
        "--warnings",
        "off",
        "--no-color",
        *os.environ.get("PARLEY_FUZZ_OPTIONS", "").split(),
    ]


def main():
    daemon = Daemon.from_environment()
    location = os.environ.get("PARLEY_DOCUMENT") or daemon.api + "/v1/openapi.json"
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "furniture.json"
        table.write_text(json.dumps(furnish(daemon)), encoding="utf-8")
        environment = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": str(HERE / "fuzz_hooks.py"),
            "PARLEY_FURNITURE": str(table),
            # The same seed is to make the same requests.
            "PYTHONHASHSEED": "0",
            # Its terminal interface would fill a log with redrawn lines.
            "NO_COLOR": "1",
            "TERM": "dumb",
        }
        sys.exit(subprocess.run(command(daemon, location, folder), cwd=folder, env=environment, stdin=subprocess.DEVNULL).returncode)


if __name__ == "__main__":
    main()
