"""CPU time, memory and file descriptors of the service's processes, as Prometheus metrics.

prometheus_client's own collector knows one process alone, and none where several count together.
Here it is asked for each process of the service. Each keeps its process id as a label: the CPU time
of several together would fall whenever one of them ends.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

# Each worker has such a file for as long as it lives.
_WORKER_FILES = "gauge_livesum_*.db"


class ProcessMetrics(Collector):
    """Metrics of the processes that count in a folder of prometheus_client, and of their master.

    There are none on systems without `/proc`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """Called by the registry: each metric with a sample of each process."""
        together: dict[str, Metric] = {}
        for pid, role in self._processes():
            for metric in _metrics_of(pid):
                whole = together.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    labels = {"role": role, "pid": str(pid)}
                    whole.add_sample(sample.name, labels, sample.value)
        yield from together.values()

    def _processes(self) -> Iterator[tuple[int, str]]:
        workers = sorted(
            int(file.stem.rpartition("_")[2]) for file in self._folder.glob(_WORKER_FILES)
        )
        for master in {parent for pid in workers if (parent := _parent(pid)) is not None}:
            yield master, "master"
        for pid in workers:
            yield pid, "worker"


def _parent(pid: int) -> int | None:
    """The process that started one; None if it has just ended, or there is no `/proc`."""
    try:
        # The name before it, in parentheses, may hold anything.
        _, _, after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except OSError:
        return None
    return int(after_name.split()[1])


def _metrics_of(pid: int) -> Iterable[Metric]:
    """Those of one process; none if it has just ended."""
    return ProcessCollector(namespace="ink", pid=lambda: pid, registry=None).collect()
