"""``onevoice sandbox``: the bundled platform alone."""

from __future__ import annotations

from pathlib import Path

import click

from sandbox import main as sandbox_main


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True)
@click.option("--tls-port", type=click.IntRange(0, 65535), help="Also serve TLS here.")
@click.option("--ca-out", metavar="FILE", help="Write the sandbox's own CA certificate here.")
@click.option("--world", metavar="FILE", help="A world file instead of the sample brand's.")
@click.option(
    "--callback", metavar="URL", help="Base of the callbacks; each app posts to URL/NAME."
)
@click.option("--state", metavar="DIR", type=click.Path(path_type=Path),
              help="Keep the world here, and go on from it.")  # fmt: skip
def sandbox(
    port: int, tls_port: int | None, ca_out: str | None, world: str | None, callback: str | None,
    state: Path | None,
) -> None:  # fmt: skip
    """Start the sandbox platform and print a line `ready {json}`."""
    if (tls_port is None) != (ca_out is None):
        raise click.UsageError("--tls-port and --ca-out go together")
    code = sandbox_main.run(port=port, tls_port=tls_port, ca_out=ca_out, world=world,
                            callback=callback, state=str(state) if state else None,
                            parent_fd=None)  # fmt: skip
    raise click.exceptions.Exit(code)
