"""A served page: its runs are exact and complete, and nobody but its own viewer gets anything."""

from __future__ import annotations

import csv
import http.client
import io
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_pages import new_tab, until

from sim import Results
from sim.errors import CounterpoiseError

pytest.importorskip("duckdb", reason="duckdb is not installed")

CONTROL, POLICY = "control.NK:final", "states.RUS.arms_policy"
HOSTILE = "=1+1<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def results(synthetic: Any, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Invented results of a sweep: a factor has hostile words, and two runs failed."""
    made = synthetic.folder(replicates=30, weeks=5, swept=True)
    made.manifest["factors"][0]["labels"] = ["endogenous", HOSTILE]
    made.runs.loc[[3, 70], "failure"] = "not finite"
    return Results.open(synthetic.write(tmp_path_factory.mktemp("served"), made))


@pytest.fixture(scope="module")
def server(results: Results) -> Iterator[Any]:
    from sim.dashboard.serve.server import PageServer

    with PageServer(results) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture(scope="module")
def finished(results: Results) -> pd.DataFrame:
    """Runs that did not fail, in the order in which they are served."""
    runs = results.runs[results.runs["failure"].isna()].sort_values(["point", "replicate"], ignore_index=True)
    return runs.merge(results.design, on="point")


def ask(server: Any, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content of an answer; the path is sent as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in ({"Host": f"127.0.0.1:{server.server_port}"} | headers).items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def below(server: Any, rest: str) -> str:
    return f"/{server.token}/{rest}"


def test_every_run_and_number_is_that_of_the_folder(server: Any, finished: pd.DataFrame) -> None:
    status, _, content = ask(server, below(server, f"column?key={quote(CONTROL)}"))
    assert status == 200
    np.testing.assert_array_equal(np.frombuffer(content, "<f8"), finished[CONTROL].to_numpy())
    places = np.frombuffer(ask(server, below(server, "runs"))[2], "<u4").reshape(2, -1)
    np.testing.assert_array_equal(places, finished[["point", "replicate"]].to_numpy().T)
    levels = np.frombuffer(ask(server, below(server, f"column?key={quote(POLICY)}"))[2], "<f8")
    np.testing.assert_array_equal(levels, (finished[POLICY] == "both").to_numpy(float))


def test_weeks_of_a_run_are_those_of_the_folder(server: Any, results: Results) -> None:
    run = results.series[(results.series["point"] == 2) & (results.series["replicate"] == 11)].sort_values("week")
    _, _, content = ask(server, below(server, "weeks?key=primacy.RUS&run=2.11"))
    found = np.frombuffer(content, "<f8").reshape(2, -1)
    np.testing.assert_array_equal(found, run[["week", "primacy.RUS"]].to_numpy(float).T)
    assert ask(server, below(server, "weeks?key=primacy.RUS&run=2.9999"))[2] == b""


def table_of(server: Any, **ends: tuple[float, float]) -> list[list[str]]:
    """Rows of the CSV file of some ranges."""
    brush = ",".join(f"{quote(key, safe='')}:{low}:{high}" for key, (low, high) in ends.items())
    status, headers, content = ask(server, below(server, f"runs.csv?brush={quote(brush, safe='')}"))
    assert status == 200
    assert headers["content-disposition"] == 'attachment; filename="selected-runs.csv"'
    return list(csv.reader(io.StringIO(content.decode())))


@settings(max_examples=25, deadline=None)
@given(ends=st.tuples(st.floats(-1, 2), st.floats(-1, 2)), level=st.sampled_from([0, 1]))
def test_ranges_select_the_runs_that_pandas_does(
    server: Any, finished: pd.DataFrame, ends: tuple[float, float], level: int
) -> None:
    head, *rows = table_of(server, **{CONTROL: ends, POLICY: (level, level)})
    wanted = finished[finished[CONTROL].between(*ends) & (finished[POLICY] == ["endogenous", "both"][level])]
    assert [(int(row[0]), int(row[1])) for row in rows] == list(zip(wanted["point"], wanted["replicate"], strict=True))
    assert [float(row[head.index(CONTROL)]) for row in rows] == wanted[CONTROL].tolist()


def test_words_of_the_csv_file_are_no_formulas(server: Any) -> None:
    head, *rows = table_of(server)
    assert {row[head.index(POLICY)] for row in rows} == {"endogenous", f"'{HOSTILE}"}
    assert len(rows) == 118


@pytest.mark.parametrize(
    "path",
    [
        "/", "/index.html", "/manifest.json", "//", "/x/", "/{token}", "/{token}x/", "/{token}/manifest.json",
        "/{token}/../manifest.json", "/{token}/..%2fmanifest.json", "/{token}/%2e%2e/manifest.json", "/../../etc/passwd",
        "/{token}/runs/part-00000.parquet", "/{token}//etc/passwd", "/{token}/link", "/{token}/runs%00", "/{token}/./",
        "/%2e%2e/{token}/", "http://127.0.0.1/{token}/", "//evil/{token}/", "/{token}/dashboard.html",
    ],
)  # fmt: skip
def test_nothing_else_is_there(server: Any, results: Results, path: str) -> None:
    link = results.folder / "link"  # type: ignore[operator]
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    status, _, content = ask(server, path.replace("{token}", server.token))
    assert status == 404
    assert content == b"there is nothing here\n"


def test_every_start_has_a_token_of_its_own_and_no_other_one_opens(results: Results, server: Any) -> None:
    from sim.dashboard.serve.server import PageServer

    with PageServer(results) as other:
        assert len(other.token) >= 43
        assert other.token != server.token
        assert ask(server, f"/{other.token}/")[0] == 404
    assert ask(server, below(server, "").upper())[0] == 404
    assert ask(server, below(server, ""))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"Host": "evil.example:{port}"}, {"Host": "127.0.0.1"}, {"Host": "127.0.0.1:1"}, {"Host": ""},
        {"Host": "127.0.0.1.evil.example:{port}"}, {"Host": "0.0.0.0:{port}"},
    ],
)  # fmt: skip
def test_another_name_for_this_machine_gets_nothing(server: Any, headers: dict[str, str]) -> None:
    sent = {name: value.replace("{port}", str(server.server_port)) for name, value in headers.items()}
    assert ask(server, below(server, ""), **sent)[0] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://localhost:{port}"}, {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)  # fmt: skip
def test_another_site_in_the_browser_gets_nothing(server: Any, headers: dict[str, str]) -> None:
    sent = {name: value.replace("{port}", str(server.server_port)) for name, value in headers.items()}
    status, answered, content = ask(server, below(server, "runs"), **sent)
    assert status == 403
    assert len(content) < 60
    assert not [name for name in answered if name.startswith("access-control")]


def test_its_own_page_may_ask(server: Any) -> None:
    origin = f"http://localhost:{server.server_port}"
    status, headers, _ = ask(
        server,
        below(server, "runs"),
        Host=f"localhost:{server.server_port}",
        Origin=origin,
        Sec_Fetch_Site="same-origin",
    )
    assert status == 200
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "Counterpoise"
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_it_only_shows(server: Any, method: str) -> None:
    status, headers, _ = ask(server, below(server, ""), method)
    assert status == 405
    assert headers["allow"] == "GET, HEAD"


def test_head_has_no_content(server: Any) -> None:
    status, headers, content = ask(server, below(server, ""), "HEAD")
    assert (status, content) == (200, b"")
    assert int(headers["content-length"]) > 1_000_000


@pytest.mark.parametrize(
    "question",
    [
        'column?key=point"+FROM+x',
        "column?key=failure",
        "column?key=*",
        "column",
        "column?key=" + quote("\"; DROP TABLE points; --"),
        "column?key=" + quote("(SELECT content FROM read_text('/etc/passwd'))"),
        "runs.csv?brush=" + quote(f"{quote(CONTROL)}:0:1) OR 1=1 --"),
        "runs.csv?brush=" + quote("1=1 OR x:0:1"),
        "runs.csv?brush=" + quote(f"{quote(CONTROL)}:nan:1"),
        "runs.csv?brush=" + quote(f"{quote(CONTROL)}:0:inf"),
        "runs.csv?brush=" + quote(f"{quote(CONTROL)}:0"),
        "runs.csv?brush=" + quote(",".join([f"{quote(CONTROL)}:0:1"] * 101)),
        "weeks?key=primacy.RUS&run=1",
        "weeks?key=primacy.RUS&run=1.x",
        "weeks?key=primacy.RUS&run=1.1)+OR+1=1",
        "weeks?key=week&run=1.1",
        "column?a=1&b=2&c=3&d=4&e=5",
    ],
)  # fmt: skip
def test_questions_are_no_sql(server: Any, question: str) -> None:
    status, _, content = ask(server, below(server, question))
    assert status == 400
    assert b"root:" not in content
    assert ask(server, below(server, "runs"))[0] == 200


def test_the_database_reads_the_runs_and_nothing_else(server: Any, results: Results) -> None:
    import duckdb

    database = server.runs._database.cursor()
    for question in (
        "SELECT * FROM read_text('/etc/passwd')",
        f"SELECT * FROM read_parquet('{results.folder}/design.parquet')",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            database.execute(question).fetchall()


def test_a_very_long_address_is_refused(server: Any) -> None:
    assert ask(server, below(server, "column?key=" + "x" * 20_000))[0] == 414


def test_it_listens_on_the_loopback_address_alone(server: Any) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_told(results: Results, server: Any) -> None:
    from sim.dashboard.serve.server import PageServer

    with pytest.raises(CounterpoiseError, match="give another with --port"):
        PageServer(results, server.server_port)


def test_page_has_no_runs_in_it_and_may_ask_its_server_only(server: Any, results: Results) -> None:
    from sim.dashboard.page import page

    served, whole = server.page.decode(), page(results)
    assert "connect-src &#39;self&#39;" in served
    assert "connect-src" not in whole
    assert "All 118 runs are read from the results folder" in served


@pytest.fixture
def shown(server: Any, browser: Any) -> Iterator[Any]:
    """The page in Chromium over HTTP; `heard` keeps what it said."""
    page = new_tab(browser)
    page.heard, page.asked = [], []
    page.on("console", lambda said: page.heard.append(said.text))
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("dialog", lambda dialog: (page.heard.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(server.address)
    page.locator("html[data-drawn]").wait_for(state="attached", timeout=60_000)
    page.locator("[data-selected]").wait_for(state="attached", timeout=60_000)
    yield page
    page.close()


def test_served_page_works_in_silence_and_shows_exact_numbers(shown: Any, server: Any, finished: pd.DataFrame) -> None:
    assert shown.heard == []
    assert [url for url in shown.asked if not url.startswith((server.address, "data:", "blob:"))] == []
    values = shown.evaluate(f"Array.from(valuesOf(explorer.byKey.get('{CONTROL}')))")
    assert values == finished[CONTROL].tolist()
    low, high = 0.1501, 0.31
    shown.evaluate(f"change({{ brush: '{quote(CONTROL)}:{low}:{high}' }})")
    wanted = finished[finished[CONTROL].between(low, high)]
    until(shown, f"document.getElementById('explorer-room').dataset.selected === '{len(wanted)}'")
    first = shown.locator("#explorer-table tbody button").first.text_content()
    assert first == f"{wanted['point'].iloc[0]}.{wanted['replicate'].iloc[0]}"
    with shown.expect_download() as waiting:
        shown.locator("#explorer-csv").click()
    assert len(Path(waiting.value.path()).read_text().splitlines()) == len(wanted) + 1
    assert shown.heard == []


def test_a_column_that_was_not_asked_for_yet_is_fetched(shown: Any, finished: pd.DataFrame) -> None:
    column = "influence.RUS.BLR:final"
    shown.locator("#explorer-x").select_option(column)
    until(shown, f"Boolean(explorer.byKey.get('{column}').run) && Boolean(explorer.dotAt)")
    assert shown.evaluate(f"Array.from(explorer.byKey.get('{column}').run)") == finished[column].tolist()
    assert shown.heard == []


def test_weeks_of_a_run_that_is_not_on_the_page_are_fetched(
    results: Results, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.dashboard.serve.server import PageServer

    monkeypatch.setattr(sys.modules["sim.dashboard.sections.explorer.paths"], "MOST_PATHS", 4)
    with PageServer(results) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = new_tab(browser, height=720)
        page.goto(f"{server.address}#explorer&run=2.11&trail=primacy.RUS")
        said = "document.getElementById('explorer-paths-said').textContent.includes('Dark: the marked run, 2.11.')"
        until(page, said)
        last = page.locator("#explorer-weeks tbody tr").last.locator("td").last.text_content()
        server.shutdown()
    page.close()
    weekly = results.series.set_index(["point", "replicate", "week"])["primacy.RUS"]
    assert last == f"{100 * weekly[2, 11].iloc[-1]:.1f}%"


def test_a_server_that_has_stopped_is_told(results: Results, browser: Any) -> None:
    from sim.dashboard.serve.server import PageServer

    with PageServer(results) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = new_tab(browser, height=720)
        page.goto(server.address)
        page.locator("[data-selected]").wait_for(state="attached", timeout=60_000)
        server.shutdown()
    page.evaluate("change({ x: 'influence.RUS.BLR:final' })")
    until(page, "document.getElementById('explorer-said').textContent.includes('Is the server still running?')")
    page.close()


def test_a_run_of_one_scenario_is_served_without_an_explorer(run_page: Path) -> None:
    from sim.dashboard.serve.server import PageServer

    with PageServer(Results.open(run_page.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert urllib.request.urlopen(server.address).status == 200
        assert ask(server, below(server, "runs"))[0] == 404
        server.shutdown()


def test_results_of_the_model_are_served_as_the_page_has_them(tmp_path: Path) -> None:
    from sim import sweep
    from sim.dashboard.evidence import gather
    from sim.dashboard.serve.runs import Runs

    file = tmp_path / "sweep.yaml"
    factors = "factors: [{path: states.ALD.arms_policy, values: [both, none]}]\n"
    for replicates in (3, 5):  # the second time, runs are added behind those of the first
        file.write_text(f"name: small\nscenario: two-rivals-one-patron\nreplicates: {replicates}\nweeks: 12\n{factors}")
        results = sweep(file, out=tmp_path / "out", extend=replicates > 3)
    evidence = gather(results)
    runs, outcomes = Runs(tmp_path / "out", evidence), evidence.variation.outcomes  # type: ignore[union-attr]
    assert any(one.column.startswith("ending.") for one in outcomes)
    held = evidence.study.runs.sort_values(["point", "replicate"])
    for one in outcomes:
        served = np.frombuffer(runs.column(one.column), "<f8")
        np.testing.assert_array_equal(served, held[one.column].to_numpy(float))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_prints_the_address_and_ends_when_it_is_stopped(run_page: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "serve", str(run_page.parent), "--no-browser"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert urllib.request.urlopen(address).status == 200
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert told.splitlines()[-1] == "stopped"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(address.split(":")[2].split("/")[0])), timeout=5)


def test_without_duckdb_the_remedy_is_said(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.dashboard.serve.server import PageServer

    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(CounterpoiseError, match=r"pip install 'counterpoise\[serve\]'"):
        PageServer(results)
