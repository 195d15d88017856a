"""`simengine schema`: print the JSON Schema that editors complete from."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("what", type=click.Choice(["study", "network"]), default="study")
def schema(what: str) -> None:
    """Print the JSON Schema of a study (default) or of a network."""
    from simengine.scenario.schema import network_schema, study_schema

    found = study_schema() if what == "study" else network_schema()
    click.echo(json.dumps(found, indent=1, ensure_ascii=False))
