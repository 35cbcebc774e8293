"""`python -m sandbox`: the platform alone."""

from __future__ import annotations

import argparse
import sys

from sandbox.main import run


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    found.add_argument("--port", type=int, default=8090, help="0 = any free port")
    found.add_argument("--tls-port", type=int, help="the same over TLS, with an own CA")
    found.add_argument("--ca-out", metavar="FILE", help="where the CA certificate is written (PEM)")
    found.add_argument("--world", metavar="FILE", help="a world file; default: the sample brand")
    found.add_argument("--callback", metavar="URL", help="base of the callbacks: URL/<app name>")
    found.add_argument("--state", metavar="DIR", help="keep the world there and continue it")
    found.add_argument("--watch-stdin", action="store_true", help="end when stdin ends")
    return found


def main(argv: list[str] | None = None) -> int:
    """Run until a signal; the exit code."""
    args = parser().parse_args(argv)
    parent_fd = 0 if args.watch_stdin else None
    return run(
        args.port, args.tls_port, args.ca_out, args.world, args.callback, args.state, parent_fd
    )


if __name__ == "__main__":
    sys.exit(main())
