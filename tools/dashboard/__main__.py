"""Generates the Grafana dashboard: `python -m tools.dashboard`, or `make dashboard`.

Grafana's own library builds it, so that it has the fields that Grafana reads. Grafana shows what
lies in `deploy/grafana/dashboards`; nobody edits that file by hand.
"""

from grafana_foundation_sdk.builders import common as options
from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableRefresh

from tests.support.files import ROOT
from tools.dashboard.panels import NUMBERS, ROWS, Query

FILE = ROOT / "deploy" / "grafana" / "dashboards" / "ink.json"
# Panels side by side on Grafana's grid of 24 columns.
COLUMNS, HEIGHT = 8, 7
SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")


def build() -> str:
    """The dashboard, as the file that Grafana reads."""
    board = (
        dashboard.Dashboard("Handwriting service")
        .uid("ink")
        .description("What people wait for, and what they wait on. docs/monitoring.md explains it.")
        .tags(["ink"])
        .time("now-1h", "now")
        .refresh("15s")
        .timezone("browser")
        .readonly()
        .with_variable(dashboard.DatasourceVariable("source").label("Source").type("prometheus"))
        .with_variable(_variable("job", "Service", "label_values(ink_sessions_limit, job)"))
        .with_variable(
            _variable(
                "instance", "Instance", 'label_values(ink_sessions_limit{job="$job"}, instance)'
            )
            .multi(True)
            .include_all(True)
            .all_value(".*")
        )
    )
    for title, unit, description, queries in NUMBERS:
        number = (
            stat.Panel()
            .title(title)
            .description(description)
            .unit(unit)
            .datasource(SOURCE)
            .height(4)
            .span(24 // len(NUMBERS))
            .graph_mode(common.BigValueGraphMode.NONE)
            .reduce_options(options.ReduceDataOptions().calcs(["lastNotNull"]))
        )
        if title == "Models":
            # Their names are what is to be read; the value of each is 1.
            number = number.text_mode(common.BigValueTextMode.NAME)
        board = board.with_panel(_with_queries(number, queries, instant=True))
    for row, panels in ROWS:
        board = board.with_row(dashboard.Row(row))
        for title, unit, description, queries in panels:
            graph = (
                timeseries.Panel()
                .title(title)
                .description(description)
                .unit(unit)
                .min(0)
                .datasource(SOURCE)
                .height(HEIGHT)
                .span(COLUMNS)
                .fill_opacity(8)
                .show_points(common.VisibilityMode.NEVER)
                .legend(
                    options.VizLegendOptions()
                    .show_legend(True)
                    .display_mode(common.LegendDisplayMode.LIST)
                    .placement(common.LegendPlacement.BOTTOM)
                )
                .tooltip(
                    options.VizTooltipOptions()
                    .mode(common.TooltipDisplayMode.MULTI)
                    .sort(common.SortOrder.DESCENDING)
                )
            )
            board = board.with_panel(_with_queries(graph, queries, instant=False))
    return JSONEncoder(sort_keys=True, indent=2).encode(board.build()) + "\n"


def _variable(name: str, label: str, query: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query(query)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
    )


def _with_queries(
    panel: stat.Panel | timeseries.Panel, queries: list[Query], *, instant: bool
) -> stat.Panel | timeseries.Panel:
    for name, (expression, legend) in zip("AB", queries, strict=False):
        query = prometheus.Dataquery().ref_id(name).expr(expression).legend_format(legend)
        panel = panel.with_target(query.instant() if instant else query.range())
    return panel


if __name__ == "__main__":
    FILE.write_text(build())
    print(FILE)
