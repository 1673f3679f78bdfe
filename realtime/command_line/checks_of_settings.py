"""Settings that are understood, but contradict each other or what is usual around a service."""

from ipaddress import ip_address

from realtime.command_line.finding import Finding, Findings, State
from realtime.config import Settings, variable_name
from realtime.setting_groups import AccessSettings, ConnectionLimits, ServerSettings

# nginx cuts what is silent for so long, and so do most balancers.
PROXY_IDLE_S = 60.0

_ORIGINS = variable_name(AccessSettings.origins)
_PROXIES = variable_name(AccessSettings.proxies)
_TOKEN = variable_name(AccessSettings.token)


def check_access(settings: Settings) -> Findings:
    """Whether origins, proxies and the address say the same of who may come."""
    access, server = settings.access, settings.server
    found = [*_origins(access), *_proxies(access, is_loopback=_is_loopback(server.host))]
    if not found:
        found.append(Finding(State.FINE, "access", "origins and proxies contradict nothing"))
    yield from found


def _origins(access: AccessSettings) -> Findings:
    if "*" in access.origins:
        if len(access.origins) > 1:
            others = " ".join(sorted(access.origins - {"*"}))
            advice = f"leave out *, or {others}"
            message = f"{_ORIGINS} has *, which is any origin, and others beside it"
            yield Finding(State.WARNING, "origins", message, advice)
        elif not access.token:
            message = f"{_ORIGINS} is *: pages of every site may use this service"
            advice = f"name the origins of your pages, or set {_TOKEN}"
            yield Finding(State.WARNING, "origins", message, advice)


def _proxies(access: AccessSettings, *, is_loopback: bool) -> Findings:
    proxies = access.proxies
    everybody = [str(one) for one in proxies.networks if not one.prefixlen]
    if everybody and proxies.hops:
        named = " ".join(map(str, proxies.hops))
        message = f"{_PROXIES} trusts whoever connects ({' '.join(everybody)}), and {named} beside"
        advice = "leave out the network of all addresses, or the others"
        yield Finding(State.WARNING, "proxies", message, advice)
    elif everybody:
        message = f"{_PROXIES} trusts whoever connects to say for whom"
        advice = "let nobody but the proxy reach the port, or name the proxy's own address"
        yield Finding(State.WARNING, "proxies", message, advice)
    elif is_loopback and not proxies.networks and not proxies.unix:
        host, limit = variable_name(ServerSettings.host), ConnectionLimits.address_sessions
        message = f"{host} is reached from this machine alone, and no proxy is named"
        advice = (
            f"nothing, if you try it here; behind a proxy set {_PROXIES}=127.0.0.1, or all its "
            f"clients share the {variable_name(limit)} of one address"
        )
        yield Finding(State.WARNING, "proxies", message, advice)


def check_limits(settings: Settings) -> Findings:
    """Whether limits are such that they can be reached, and proxies live with them."""
    limits = settings.connection
    sessions = variable_name(ConnectionLimits.sessions)
    if limits.address_sessions > limits.sessions:
        name = variable_name(ConnectionLimits.address_sessions)
        message = f"{name}={limits.address_sessions} is more than {sessions}={limits.sessions}"
        advice = f"lower {name}: one address may take all sessions of a worker"
        yield Finding(State.WARNING, "limits", message, advice)
    if limits.ping_s >= PROXY_IDLE_S:
        name = variable_name(ConnectionLimits.ping_s)
        message = f"{name}={limits.ping_s:g}: proxies cut what is silent for {PROXY_IDLE_S:g} s"
        yield Finding(State.WARNING, "limits", message, f"set {name} to 25 or less")
    if limits.idle_s <= limits.ping_s:
        name, ping = variable_name(ConnectionLimits.idle_s), variable_name(ConnectionLimits.ping_s)
        message = f"{name}={limits.idle_s:g} ends sessions before {ping}={limits.ping_s:g} passes"
        yield Finding(State.WARNING, "limits", message, f"raise {name}, or lower {ping}")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
