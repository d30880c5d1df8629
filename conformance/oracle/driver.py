"""Judges events and resolves state by the installed matrix-synapse package, used as a library.

Reads requests as lines of JSON from standard input and answers each with one line, in order. See README.md.
"""

import json
import sys
from typing import Any

import synapse.event_auth as event_auth  # Before synapse.state, which it is in a circle with.
from synapse.api.errors import SynapseError
from synapse.api.room_versions import KNOWN_ROOM_VERSIONS
from synapse.events import make_event_from_dict
from synapse.state import v1, v2


def run(awaitable: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value
    raise RuntimeError("The coroutine waits for something.")


class Clock:
    async def sleep(self, duration: Any) -> None:
        return None


def cited_ids(pdu: dict) -> list:
    return [entry if isinstance(entry, str) else entry[0] for entry in pdu["auth_events"]]


class Room:
    """The events of one request, by their IDs."""

    def __init__(self, version: str, pdus: dict, rejected: list):
        self.version = KNOWN_ROOM_VERSIONS[version]
        self.pdus = pdus
        refused = set(rejected)
        self.events: dict = {}
        self.unreadable: dict = {}
        for name, pdu in pdus.items():
            try:
                self.events[name] = make_event_from_dict(pdu, self.version, rejected_reason="rejected" if name in refused else None)
            except SynapseError as error:
                self.unreadable[name] = error.msg
        self.chains: dict = {}

    def misnamed(self) -> list:
        """Whose ID Synapse computes otherwise."""
        return [[name, event.event_id] for name, event in self.events.items() if event.event_id != name]

    async def get_events(self, event_ids: Any, *_: Any, allow_rejected: bool = False, **__: Any) -> dict:
        found = ((name, self.events.get(name)) for name in event_ids)
        return {name: event for name, event in found if event is not None and (allow_rejected or event.rejected_reason is None)}

    async def get_state_map(self, event_ids: Any) -> dict:
        return await self.get_events(event_ids)

    def chain(self, event_id: str) -> frozenset:
        """All that an event cites, and what that cites."""
        waiting = [event_id]
        while waiting:
            current = waiting[-1]
            parents = [name for name in cited_ids(self.pdus[current]) if name in self.pdus] if current not in self.chains else []
            missing = [name for name in parents if name not in self.chains]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            if current not in self.chains:
                self.chains[current] = frozenset(parents).union(*(self.chains[name] for name in parents))
        return self.chains[event_id]

    async def get_auth_chain_difference(self, room_id: str, state_sets: list, conflicted_state: Any, additional: Any) -> Any:
        chains = [set().union(*(self.chain(name) for name in state)) for state in state_sets]
        difference = set().union(*chains) - set.intersection(*chains)
        subgraph = None
        if conflicted_state is not None:
            behind = set().union(*(self.chain(name) for name in conflicted_state))
            # On a path from one conflicted event to another: cited by one, and citing one, or an end itself.
            subgraph = {name for name in behind if self.chain(name) & conflicted_state} | set(conflicted_state)
        return v2.StateDifference(auth_difference=difference, conflicted_subgraph=subgraph)


def verdict(deed: Any) -> dict:
    try:
        deed()
    except SynapseError as error:
        return {"allowed": False, "error": error.msg}
    except Exception as error:  # Synapse's callers drop an event over which its rules break.
        return {"allowed": False, "error": str(error), "broke": type(error).__name__}
    return {"allowed": True}


def judge(request: dict) -> dict:
    """What the events that it cites say to an event, and what a state says."""
    room = Room(request["version"], {**request["events"], request["id"]: request["pdu"]}, request["rejected"])
    if request["id"] in room.unreadable:
        return {"misnamed": [], "unreadable": room.unreadable[request["id"]]}
    event = room.events[request["id"]]
    implied = request.get("implied")
    cites = cited_ids(request["pdu"]) + ([] if implied is None else [implied])
    for name in cites + request["state"]:
        if name in room.unreadable:
            return {"misnamed": [], "unreadable": f"beside it, {room.unreadable[name]}"}
    return {
        "misnamed": room.misnamed(),
        "form": verdict(lambda: event_auth.validate_event_for_room_version(event)),
        "citing": verdict(lambda: run(event_auth.check_state_independent_auth_rules(room, event))),
        "cited": verdict(lambda: event_auth.check_state_dependent_auth_rules(event, [room.events[name] for name in cites])),
        "state": verdict(lambda: event_auth.check_state_dependent_auth_rules(event, [room.events[name] for name in request["state"]])),
    }


def resolve(request: dict) -> dict:
    room = Room(request["version"], request["events"], request["rejected"])
    sets = [{(room.pdus[name]["type"], room.pdus[name]["state_key"]): name for name in state} for state in request["states"]]
    if request["version"] == "1":
        state = run(v1.resolve_events_with_store(request["roomId"], room.version, sets, None, room.get_state_map))
    else:
        state = run(v2.resolve_events_with_store(Clock(), request["roomId"], room.version, sets, None, room))
    return {"misnamed": room.misnamed(), "state": sorted(state.values())}


def main() -> None:
    deeds = {"auth": judge, "resolve": resolve}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = deeds[request["kind"]](request)
        except Exception as error:
            answer = {"broke": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
