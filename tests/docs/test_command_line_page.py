"""What the page on the command line says that commands print, and are told, is so."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_commands_print_now() -> None:
    maker = runpy.run_path(str(ROOT / "tests" / "cli" / "command_line_page.py"))
    text = maker["PAGE"].read_text(encoding="utf-8")
    assert maker["page"](text) == text, "run python tests/cli/command_line_page.py"


def test_the_page_has_a_reference_of_every_command() -> None:
    from graphlog.cli.commands import commands

    text = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
    for command in commands.registered_commands:
        assert f"\n## {command.name}\n" in text
        assert f"<!-- reference: {command.name} -->" in text
