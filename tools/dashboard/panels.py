"""The panels of the Grafana dashboard: what each asks Prometheus, and what it says about it."""

from typing import NamedTuple

# What the reader has chosen above the panels.
CHOSEN = 'job="$job", instance=~"$instance"'


class Query(NamedTuple):
    """What is asked, in PromQL, and the name of each series of the answer."""

    expression: str
    legend: str = ""


class Panel(NamedTuple):
    """A panel: its title, Grafana's name of its unit, what it means, and its queries."""

    title: str
    unit: str
    description: str
    queries: list[Query]


def _rate(metric: str, by: str, matchers: str = "") -> str:
    return f"sum by ({by}) (rate({metric}{{{CHOSEN}{matchers}}}[$__rate_interval]))"


def _quantile(quantile: float, metric: str, by: str = "recognizer") -> str:
    buckets = _rate(f"{metric}_seconds_bucket", f"{by}, le")
    return f"histogram_quantile({quantile}, {buckets})"


def _mean(metric: str) -> str:
    total, count = (_rate(f"{metric}_{part}", "recognizer") for part in ("sum", "count"))
    return f"{total} / {count}"


def _p99_and_p50(metric: str) -> list[Query]:
    return [
        Query(_quantile(0.99, metric), "{{recognizer}} p99"),
        Query(_quantile(0.5, metric), "{{recognizer}} p50"),
    ]


def _p99_and_mean(metric: str) -> list[Query]:
    return [
        Query(_quantile(0.99, metric), "{{recognizer}} p99"),
        Query(_mean(f"{metric}_seconds"), "{{recognizer}} mean"),
    ]


# Below, rows of graphs over time.
ROWS: list[tuple[str, list[Panel]]] = [
    (
        "People",
        [
            Panel(
                "Sessions",
                "short",
                "Open sessions of each instance, and how many all together take.",
                [
                    Query(f"ink_sessions_open{{{CHOSEN}}}", "{{instance}}"),
                    Query(f"sum(ink_sessions_limit{{{CHOSEN}}})", "limit of all"),
                ],
            ),
            Panel(
                "Sessions of what there is room for",
                "percentunit",
                "By instance; the alert InkNearlyFull looks at all together.",
                [Query(f"instance:ink_sessions:ratio{{{CHOSEN}}}", "{{instance}}")],
            ),
            Panel(
                "Connections closed",
                "ops",
                "By close code: 1001 is a page that was left or a server that restarts, 1006 a "
                "connection lost without a goodbye, 1011 an error of the service.",
                [Query(_rate("ink_sessions_closed_total", "code"), "{{code}}")],
            ),
        ],
    ),
    (
        "Answers",
        [
            Panel(
                "Answers",
                "ops",
                "By recognizer and kind. Interim answers are given when there is nothing else to "
                "do: they get fewer before anything else suffers.",
                [Query(_rate("ink_answers_total", "recognizer, kind"), "{{recognizer}} {{kind}}")],
            ),
            Panel(
                "Final answers: time until they are written",
                "s",
                "What a person waits for, without the network between.",
                _p99_and_p50("ink_answer"),
            ),
            Panel(
                "Final answers that rejected the ink",
                "percentunit",
                "A sudden change is a changed model, or somebody who plays.",
                [
                    Query(
                        f"{_rate('ink_rejected_total', 'recognizer')} / "
                        + _rate("ink_answers_total", "recognizer", ', kind="final"'),
                        "{{recognizer}}",
                    )
                ],
            ),
            Panel(
                "Wait for the worker",
                "s",
                "From the receipt of a message to the start of its answer: grows first when a "
                "worker has too much to do.",
                _p99_and_mean("ink_wait"),
            ),
            Panel(
                "Raster",
                "s",
                "Rasterization of the ink.",
                _p99_and_mean("ink_raster"),
            ),
            Panel(
                "Inference",
                "s",
                "The network, and what an engine takes where there is one.",
                _p99_and_mean("ink_infer"),
            ),
        ],
    ),
    (
        "Trouble",
        [
            Panel(
                "Errors that clients were told of",
                "ops",
                "By code. `internal` is the service's own fault; the log has its traceback.",
                [Query(_rate("ink_errors_total", "code"), "{{code}}")],
            ),
            Panel(
                "Limits that were exceeded",
                "ops",
                "By setting.",
                [Query(_rate("ink_limits_hit_total", "setting"), "{{setting}}")],
            ),
            Panel(
                "Connections lost without a goodbye",
                "percentunit",
                "Of all that ended; the alert InkConnectionsLost looks at it.",
                [Query('job:ink_sessions_closed_lost:ratio15m{job="$job"}', "lost")],
            ),
        ],
    ),
    (
        "Processes",
        [
            Panel(
                "CPU of each process",
                "percentunit",
                "A worker is one thread: 100 % is all that it has.",
                [
                    Query(
                        f"rate(ink_process_cpu_seconds_total{{{CHOSEN}}}[$__rate_interval])",
                        "{{instance}} {{role}} {{pid}}",
                    )
                ],
            ),
            Panel(
                "Memory of each process",
                "bytes",
                "Resident; what processes share is counted for each of them.",
                [
                    Query(
                        f"ink_process_resident_memory_bytes{{{CHOSEN}}}",
                        "{{instance}} {{role}} {{pid}}",
                    )
                ],
            ),
            Panel(
                "File descriptors of what is allowed",
                "percentunit",
                "At the limit no connection can be accepted.",
                [
                    Query(
                        f"ink_process_open_fds{{{CHOSEN}}} / ink_process_max_fds{{{CHOSEN}}}",
                        "{{instance}} {{role}} {{pid}}",
                    )
                ],
            ),
        ],
    ),
    (
        "Engine, where there is one",
        [
            Panel(
                "Requests to the engine",
                "ops",
                "By outcome; `refused` is that it was down and not asked.",
                [
                    Query(
                        _rate("ink_engine_requests_total", "recognizer, outcome"),
                        "{{recognizer}} {{outcome}}",
                    ),
                    Query(
                        _rate("ink_engine_local_answers_total", "recognizer"),
                        "{{recognizer}} answered by the local network",
                    ),
                ],
            ),
            Panel(
                "Time of a request to the engine",
                "s",
                "What it did not answer before the deadline the local network has answered.",
                _p99_and_p50("ink_engine_request"),
            ),
            Panel(
                "Images in a request",
                "short",
                "Mean; the more, the less each costs.",
                [Query(_mean("ink_engine_batch_images"), "{{recognizer}}")],
            ),
        ],
    ),
]
# At the top, one number each.
NUMBERS: list[Panel] = [
    Panel("Open sessions", "short", "", [Query(f"sum(ink_sessions_open{{{CHOSEN}}})")]),
    Panel(
        "Of what there is room for",
        "percentunit",
        "",
        [Query('job:ink_sessions:ratio{job="$job"}')],
    ),
    Panel(
        "Final answers a second",
        "ops",
        "",
        [Query(_rate("ink_answers_total", "job", ', kind="final"'))],
    ),
    Panel("Final answers, p99", "s", "", [Query(_quantile(0.99, "ink_answer"), "{{recognizer}}")]),
    Panel("Instances up", "short", "", [Query('sum(up{job="$job"})')]),
    Panel(
        "Workers",
        "short",
        "",
        [Query(f'count(ink_process_open_fds{{{CHOSEN}, role="worker"}})')],
    ),
    Panel(
        "Models",
        "short",
        "",
        [
            Query(
                f"count by (recognizer, version, file) (ink_network_info{{{CHOSEN}}})",
                "{{recognizer}} {{version}} {{file}}",
            )
        ],
    ),
    Panel(
        "Engine",
        "short",
        "1 is up, 0 down.",
        [Query(f"min by (recognizer) (ink_engine_up{{{CHOSEN}}})", "{{recognizer}}")],
    ),
]
