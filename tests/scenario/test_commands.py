"""The commands as a person or script meets them: ready line, exit codes, one-line errors."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.commands.run import run
from tests.scenario.born import finished
from tests.scenario.house import BRAND, brand
from tests.scenario.process import ROOT, Process


def onevoice(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Runs one command to its end, in a process of its own that an operator would start."""
    return subprocess.run([sys.executable, "-m", "bot", *arguments], cwd=ROOT, input=text,
                          capture_output=True, text=True, timeout=300)  # fmt: skip


def in_here(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The same command in this process, on a thread with no loop: a start costs a second, which
    need not be paid for every fault that a command can name."""
    out, err, codes = io.StringIO(), io.StringIO(), list[Any]()

    def body() -> None:
        try:
            main(list(arguments))
        except SystemExit as exc:
            codes.append(exc.code)

    thread = threading.Thread(target=body)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        thread.start()
        thread.join()
    assert codes, "it raised something else"
    return subprocess.CompletedProcess(arguments, codes[0], out.getvalue(), err.getvalue())


def test_run_starts_everything_refuses_a_second_one_and_ends_cleanly(tmp_path: Path) -> None:
    config = str(brand(tmp_path))
    bot = Process("run", "--config", config, "--port", "0", "--sandbox-port", "0",
                  log=tmp_path / "log.txt", fresh=True)  # fmt: skip
    try:
        assert set(bot.ready) == {"console", "callback", "sandbox", "data"}
        assert bot.ready["callback"].endswith("/callback")
        assert not bot.ready["sandbox"].endswith("/")
        second = finished("run", "--config", config, "--port", "0", "--sandbox-port", "0")
        assert second.returncode == 2
        assert second.stderr.startswith("onevoice: another 'onevoice run' holds ")
        assert finished("migrate", "--config", config).stdout == "up to date\n"
    finally:
        assert bot.stop() == 0
    assert (tmp_path / "data" / "sandbox").is_dir()


def test_run_for_some_seconds_stops_by_itself(tmp_path: Path) -> None:
    config = str(brand(tmp_path))
    done = finished("run", "--config", config, "--port", "0", "--sandbox-port", "0", "--for", "0.2")
    assert done.returncode == 0
    assert done.stdout.startswith("ready {")


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = finished("run", "--config", str(brand(tmp_path)), "--port", port,
                        "--sandbox-port", "0")  # fmt: skip
    assert done.returncode == 2
    assert f"--port {port}" in done.stderr and "0 for any free one" in done.stderr


def test_with_postgresql_there_is_no_data_folder_to_name(tmp_path: Path) -> None:
    config = brand(tmp_path)
    config.write_text(config.read_text("utf-8") + '\n[store]\nurl = "postgresql://onevoice@/x"\n')
    given = ["--config", str(config), "--data", str(tmp_path)]
    done = CliRunner().invoke(run, given)
    assert done.exit_code == 2
    assert "--data names a folder, but [store] url is PostgreSQL; leave it out" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--config", "nowhere.toml"], "nowhere.toml:1: no such file"),
        (["run", "--roles", "cook"], "choose from"),
        (["run", "--port", "99999"], "99999"),
        (["run", "--platform", "http://127.0.0.1:9"], "no sandbox answers"),
        (["fly"], "No such command"),
        (["ask", "nobody"], "no persona 'nobody'"),
        (["log", "--since", "yesterday"], "--since yesterday"),
        (["sandbox", "--tls-port", "0"], "--ca-out"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(arguments: list[str], words: str, tmp_path: Path) -> None:
    takes_config = arguments[0] in ("run", "ask", "log") and "--config" not in arguments
    config = ["--config", str(brand(tmp_path))] if takes_config else []
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "onevoice.db").touch()
    ports = ["--port", "0"] if arguments[0] == "run" and "--port" not in arguments else []
    told = finished if "--platform" in arguments else in_here
    done = told(*arguments, *config, *ports)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_ask_answers_json_lines_in_order_and_keeps_conversations_apart() -> None:
    lines = ['"几天发货"', '{"text":"你好","member":"a"}', '{"text":"你好","member":"a"}', '"你好"']
    done = finished("ask", "tester", "--config", str(BRAND / "config.toml"), "--jsonl",
                    text="\n".join(lines))  # fmt: skip
    assert done.returncode == 0, done.stderr
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [o["reply"] for o in out] == [["下单后两天内发出。"], ["在呢。"], ["来啦。"], ["在呢。"]]
    assert [o["rule"] for o in out] == ["faq:ship", "hello", "hello", "hello"]
    assert set(out[0]) == {"reply", "rule", "score", "candidates", "handoff", "flags", "why"}
    assert out[0]["score"] == out[0]["candidates"][0]["score"] == 1.0


def test_ask_needs_no_config_when_the_folders_are_named(tmp_path: Path) -> None:
    done = onevoice("ask", "tester", "--config", str(tmp_path / "none.toml"),
                    "--personas", str(BRAND / "personas"), "--content", str(BRAND / "content"),
                    "--jsonl", text='"能开发票吗"\n')  # fmt: skip
    assert json.loads(done.stdout)["rule"] == "faq:invoice"


def test_check_and_lint_are_green_on_a_good_brand_and_name_the_line_of_a_fault(
    tmp_path: Path,
) -> None:
    config = brand(tmp_path)
    for command in ("check", "lint"):
        done = in_here(command, "--config", str(config), "--json")
        assert done.returncode == 0 and json.loads(done.stdout)["ok"] is True
    faq = tmp_path / "personas" / "tester" / "faq.csv"
    faq.write_text(faq.read_text("utf-8") + "ship,again,,twice\n", "utf-8")
    done = finished("lint", "--config", str(config), "--json")
    assert done.returncode == 1
    (fault,) = [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"]
    assert (fault["file"], fault["line"]) == ("personas/tester/faq.csv", 6)
    config.write_text(config.read_text("utf-8").replace("[converse]", "[convers]"), "utf-8")
    done = in_here("check", "--config", str(config))
    assert done.returncode == 1
    assert "did you mean 'converse'?" in done.stdout


def test_the_conversation_tests_of_the_sample_brand_all_pass() -> None:
    done = finished("test", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["failed"]) == (0, True, 0), found["findings"]
    assert found["tests"] >= 40
    assert found["coverage"].keys() == {"xiaozhan", "laogu", "aman"}


def test_a_conversation_that_goes_another_way_is_shown_and_fails(tmp_path: Path) -> None:
    config = brand(tmp_path)
    folder = tmp_path / "personas" / "tester" / "tests"
    folder.mkdir(exist_ok=True)
    wrong = folder / "wrong.toml"
    wrong.write_text(
        '[[test]]\nname = "days"\n[[test.step]]\nsay = "几天发货"\ntext = "一年"\n', "utf-8"
    )
    done = in_here("test", str(wrong), "--config", str(config))
    assert done.returncode == 1
    assert "personas/tester/tests/wrong.toml:3: 「days」 step 1, say 几天发货" in done.stdout
    assert "- 一年" in done.stdout and "+ “下单后两天内发出。”" in done.stdout
    empty = in_here("test", str(tmp_path / "content"), "--config", str(config))
    assert (empty.returncode, "no tests under" in empty.stderr) == (2, True)
