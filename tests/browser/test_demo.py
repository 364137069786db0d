"""``discovery-accounts demo`` as a newcomer starts it: in a folder with nothing but the settings."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import HOST, free_port

SETTINGS = Path(__file__).parents[2] / "development.ini"
START_SECONDS = 90
END_SECONDS = 15


@contextmanager
def _demo(folder: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demo and what it said."""
    shutil.copy(SETTINGS, folder)
    command = [sys.executable, "-m", "discovery_accounts", "demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        impatience = Timer(START_SECONDS, process.kill)
        impatience.start()
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if "Ctrl-C" in line:
                    break
            impatience.cancel()
            yield process, said
        finally:
            impatience.cancel()
            if process.poll() is None:
                process.terminate()
                process.wait(END_SECONDS)


def _listens(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, int(port))) == 0


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "ended by a program"])
def test_the_demo_says_where_it_is_and_leaves_nothing_running(
    tmp_path: Path, chromium: Browser, ended_by: signal.Signals
) -> None:
    port = free_port()
    with _demo(tmp_path, port) as (process, said):
        assert f"http://{HOST}:{port}/" in said
        libraries = re.findall(r"pretend, http://127\.0\.0\.1:(\d+)/", said)
        assert len(libraries) == 2
        number, pin = re.findall(r"card (\d+) +PIN (\d+) .* an ordinary card", said)[0]
        if ended_by == signal.SIGINT:
            _sign_in(chromium, f"http://{HOST}:{port}/", number, pin)
        assert all(_listens(each) for each in (str(port), *libraries))
        process.send_signal(ended_by)
        assert process.wait(END_SECONDS) == 0
        assert process.stdout is not None
        assert process.stdout.read().strip() == "Ended."
    assert not any(_listens(each) for each in (str(port), *libraries))


def _sign_in(chromium: Browser, url: str, number: str, pin: str) -> None:
    page = chromium.new_page(locale="en-GB")
    page.goto(url)
    page.get_by_role("main").get_by_role("link", name="Sign in with your library card").click()
    page.get_by_label("Library", exact=True).select_option(label="LUMME libraries")
    page.get_by_label("Card number").fill(number)
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".accounts-loan")).to_have_count(6)
    page.close()


def test_without_settings_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "discovery_accounts", "demo", "--port", str(free_port())]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "there is no settings file development.ini" in ended.stderr
    assert "Traceback" not in ended.stderr
