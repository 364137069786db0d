"""A card number for a command: asked for, or read from standard input; it belongs into no list of processes."""

import sys

import click


def card_number() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Card number", hide_input=True, err=True)
        return typed
    return sys.stdin.readline().strip()
