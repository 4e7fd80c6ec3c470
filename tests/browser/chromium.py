"""A Chromium or Chrome that is on the machine already; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MACOS_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)

# The page is on this machine, so the browser has no business elsewhere.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> Path | None:
    """Return the browser to drive, or None where there is none; CHROMIUM=... says which."""
    if chosen := os.environ.get("CHROMIUM"):
        return Path(chosen)
    for command in COMMANDS:
        if path := shutil.which(command):
            return Path(path)
    return next((path for path in _usual_places() if path.is_file()), None)


def _usual_places() -> list[Path]:
    if sys.platform == "darwin":
        return [Path(path) for path in MACOS_APPLICATIONS]
    folders = [os.environ[name] for name in ("ProgramFiles", "ProgramFiles(x86)") if name in os.environ]
    return [Path(folder, program) for folder in folders for program in WINDOWS_PROGRAMS]


def launch_chromium(playwright: Playwright, executable: Path) -> Browser:
    """Start the browser, without a window."""
    # Chromium refuses to run as root inside its sandbox.
    is_root = sys.platform != "win32" and os.geteuid() == 0
    flags = [*FLAGS, "--no-sandbox"] if is_root else list(FLAGS)
    return playwright.chromium.launch(executable_path=executable, args=flags)
