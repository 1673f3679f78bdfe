"""Simulates the loss of a region: people reconnect to the others, and send their ink again.

    a person                what happens
    --------                ------------
    loses the connection    all at once, where it was closed; else the page's watchdog notices
    waits, and tries        in vain until names or routes lead elsewhere (`failover_s`)
    shakes hands            a core of a proxy ends TLS; its queue has no bound
    waits for `ready`       in the listen queue of a random machine; where that is full the packet
                            is lost, and sent again after 1 and 3 s. A worker accepts a few at
                            a time, and a core does the work
    sends the ink           a core answers it
    has the answer          draws on, there

A page that has waited too long for `ready` or for the answer drops the connection and tries again,
later each time; the service does the work of a handshake for it in vain. Cores are slower by what
those who are there already draw.
"""

import math
import random
from collections.abc import Generator
from dataclasses import dataclass, field

import simpy

from benchmarks.capacity.constants import PageConstants, ServiceConstants

Steps = Generator[simpy.Event, object, None]
# Linux sends the first packet of a connection again after these times.
SYN_AGAIN_S = (1.0, 3.0)
# People who draw never leave less of a core than this.
LEAST_SPEED = 0.02


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is lost, and what is there. Times are in seconds, CPU times in seconds of a core."""

    name: str
    affected: int
    machines: int
    proxies: int
    cores: int = 8
    # On each machine and each proxy that is left, before anybody comes.
    people_a_machine: float
    people_a_proxy: float
    # Of a person who draws.
    machine_cpu: float
    proxy_cpu: float
    # Of a reconnect: TLS at the proxy, the handshake up to `ready`, the answer to the ink.
    tls_cpu: float
    connect_cpu: float
    ink_cpu: float
    # Whether all learn of it at the same moment; otherwise the watchdog tells them, after their
    # next stroke.
    is_closed: bool
    stroke_s: float
    failover_s: float
    round_trip_s: float
    has_jitter: bool
    page: PageConstants
    service: ServiceConstants = field(default_factory=ServiceConstants)
    seed: int = 1


@dataclass
class Outcome:
    """What happened: when each person had the answer, and what was tried. Seconds."""

    answered_s: list[float] = field(default_factory=list)
    tried_s: list[float] = field(default_factory=list)
    refused: int = 0
    given_up: int = 0
    lost_packets: int = 0
    longest_queue: int = 0
    # How long those who were there wait for a core, seen by each piece of work.
    core_waits_s: list[float] = field(default_factory=list)
    sessions: int = 0


class Cores:
    """The cores of a machine or a proxy, on which people draw already."""

    def __init__(self, env: simpy.Environment, count: int, people: float, cpu: float) -> None:
        self.people = people
        self._cpu = cpu
        self._count = count
        self._env = env
        self._cores = simpy.Resource(env, count)

    @property
    def speed(self) -> float:
        """The share of a core that is left."""
        return max(1 - self.people * self._cpu / self._count, LEAST_SPEED)

    def work(
        self, seconds: float, waits: list[float] | None = None, step_s: float = math.inf
    ) -> Steps:
        """Take a core for this CPU time in the order of arrival, anew for each step of it."""
        came = self._env.now
        while seconds > 0:
            with self._cores.request() as core:
                yield core
                if waits is not None:
                    waits.append(self._env.now - came)
                    waits = None
                yield self._env.timeout(min(seconds, step_s) / self.speed)
            seconds -= step_s


class Machine:
    """A machine of the service: a listen queue, workers that accept from it, and cores."""

    def __init__(self, env: simpy.Environment, scenario: Scenario) -> None:
        service = scenario.service
        self.cores = Cores(env, scenario.cores, scenario.people_a_machine, scenario.machine_cpu)
        self._accepting = simpy.Resource(env, service.accepted_at_once * scenario.cores)
        self._env = env
        self._service = service
        self._limit = service.sessions * scenario.cores

    @property
    def waiting(self) -> int:
        """Connections that no worker has accepted."""
        return len(self._accepting.queue)

    @property
    def has_queue(self) -> bool:
        """Whether one more connection finds a place to wait."""
        return self.waiting < self._service.backlog

    @property
    def is_full(self) -> bool:
        """Whether no session is left."""
        return self.cores.people >= self._limit

    def accept(self, connect_cpu: float, waits: list[float]) -> Steps:
        """Wait for a worker, and be led as far as `ready`.

        A worker that is busy comes later to its next turn: the place in a turn is given back when
        the work is done.
        """
        with self._accepting.request() as turn:
            yield turn
            yield self._env.timeout(self._service.accept_delay_s)
            yield from self.cores.work(connect_cpu, waits)


def simulate(scenario: Scenario) -> Outcome:
    """Run until everybody has the answer.

    Raises:
        ValueError: there are not enough sessions for all, so that this would never end.
    """
    room = scenario.service.sessions * scenario.cores - scenario.people_a_machine
    if scenario.affected > room * scenario.machines:
        raise ValueError(f"there is room for {room * scenario.machines:.0f} people only")
    env, rng, outcome = simpy.Environment(), random.Random(scenario.seed), Outcome()
    machines = [Machine(env, scenario) for _ in range(scenario.machines)]
    proxies = [
        Cores(env, scenario.cores, scenario.people_a_proxy, scenario.proxy_cpu)
        for _ in range(scenario.proxies)
    ]
    for _ in range(scenario.affected):
        env.process(_Person(env, scenario, rng, outcome).reconnect(machines, proxies))
    env.run()
    outcome.sessions = round(
        sum(machine.cores.people - scenario.people_a_machine for machine in machines)
    )
    return outcome


def wait_s(scenario: Scenario, attempt: int, rng: random.Random) -> float:
    """The page's wait after a failed attempt; `Backoff.next_ms` in backoff.js."""
    page = scenario.page
    longest = min(page.first_wait_s * 2.0**attempt, page.longest_wait_s)
    return longest * (0.5 + rng.random() / 2) if scenario.has_jitter else longest


@dataclass
class _Attempt:
    """An attempt to connect: `ready` is triggered with True, or with False where all is taken."""

    ready: simpy.Event
    is_given_up: bool = False


class _Person:
    """One whose connection is lost."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, rng: random.Random, outcome: Outcome
    ) -> None:
        self._env = env
        self._scenario = scenario
        self._rng = rng
        self._outcome = outcome

    def reconnect(self, machines: list[Machine], proxies: list[Cores]) -> Steps:
        """Try until there is an answer."""
        scenario, env, rng = self._scenario, self._env, self._rng
        patience_s = scenario.page.answer_wait_s
        if not scenario.is_closed:
            yield env.timeout(rng.random() * scenario.stroke_s + patience_s)
        wait = wait_s(scenario, 0, rng)
        attempts = 1
        while True:
            yield env.timeout(wait)
            wait = wait_s(scenario, attempts, rng)
            attempts += 1
            if env.now < scenario.failover_s:
                yield env.timeout(0 if scenario.is_closed else patience_s)
                continue
            self._outcome.tried_s.append(env.now)
            machine, attempt = rng.choice(machines), _Attempt(env.event())
            env.process(self._connect(attempt, machine, rng.choice(proxies)))
            yield attempt.ready | env.timeout(patience_s)
            if not attempt.ready.triggered:
                attempt.is_given_up = True
                self._outcome.given_up += 1
            elif not attempt.ready.value:
                self._outcome.refused += 1
                jitter = 1 + rng.random() / 4 if scenario.has_jitter else 1
                wait = scenario.service.retry_after_s * jitter
            else:
                work = machine.cores.work(scenario.ink_cpu, step_s=scenario.service.step_s)
                answer = env.process(work)
                yield answer | env.timeout(patience_s)
                if answer.triggered:
                    yield env.timeout(scenario.round_trip_s)
                    self._outcome.answered_s.append(env.now)
                    return
                machine.cores.people -= 1
                self._outcome.given_up += 1

    def _connect(self, attempt: _Attempt, machine: Machine, proxy: Cores) -> Steps:
        """What the machines do for an attempt, also when the page has given it up."""
        scenario, env = self._scenario, self._env
        # For TCP and for TLS.
        yield env.timeout(2 * scenario.round_trip_s)
        yield from proxy.work(scenario.tls_cpu)
        for again_s in SYN_AGAIN_S:
            if machine.has_queue:
                break
            self._outcome.lost_packets += 1
            yield env.timeout(again_s)
        if not machine.has_queue:
            return
        yield from machine.accept(scenario.connect_cpu, self._outcome.core_waits_s)
        self._outcome.longest_queue = max(self._outcome.longest_queue, machine.waiting)
        yield env.timeout(scenario.round_trip_s)
        if attempt.is_given_up:
            return
        has_room = not machine.is_full
        machine.cores.people += has_room
        attempt.ready.succeed(has_room)
