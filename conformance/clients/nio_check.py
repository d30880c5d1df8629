"""Two people with matrix-nio against a server: nio_check.py BASE_URL. Prints each step that held; ends with 1 at the first that does not."""

import asyncio
import secrets
import sys

import nio

PASSWORD = "correct horse battery staple"
DEADLINE = 60


def good(answer):
    """The answer, unless it is one of nio's errors, or could not be parsed by it."""
    if isinstance(answer, nio.ErrorResponse):
        raise AssertionError(f"{type(answer).__name__}: {answer.status_code} {answer.message}")
    return answer


async def sign_up(base_url, name):
    client = nio.AsyncClient(base_url, f"{name}-{secrets.token_hex(4)}", config=nio.AsyncClientConfig(request_timeout=60))
    user_id = good(await client.register(client.user, PASSWORD)).user_id
    good(await client.logout())
    client.user_id = user_id
    client.user = user_id
    good(await client.login(PASSWORD, device_name="nio"))
    assert good(await client.whoami()).user_id == user_id
    good(await client.sync(timeout=0, full_state=True))
    return client


async def until(client, what, look):
    """Syncs until `look` finds something in an answer or in the client."""
    async def turn():
        answer = None
        while True:
            found = look(answer)
            if found:
                return found
            answer = good(await client.sync(timeout=10_000))

    try:
        return await asyncio.wait_for(turn(), DEADLINE)
    except asyncio.TimeoutError:
        raise AssertionError(f"{client.user_id} waited in vain: {what}") from None


def events_in(answer, room_id):
    return answer.rooms.join[room_id].timeline.events if answer and room_id in answer.rooms.join else []


def ephemeral_in(answer, room_id, kind):
    sections = answer.rooms.join[room_id].ephemeral if answer and room_id in answer.rooms.join else []
    return [event for event in sections if isinstance(event, kind)]


def step(name):
    print(f"ok {name}", flush=True)


async def meet(alice, bob):
    room_id = good(await alice.room_create(name="Python", topic="Snakes", invite=[bob.user_id])).room_id
    await until(bob, "the invitation", lambda _: room_id in bob.invited_rooms)
    assert bob.invited_rooms[room_id].inviter == alice.user_id
    good(await bob.join(room_id))
    await until(bob, "the room", lambda _: room_id in bob.rooms)
    await until(alice, "bob's joining", lambda _: room_id in alice.rooms and bob.user_id in alice.rooms[room_id].users)
    assert bob.rooms[room_id].name == "Python" and bob.rooms[room_id].topic == "Snakes"
    assert {member.user_id for member in good(await bob.joined_members(room_id)).members} == {alice.user_id, bob.user_id}
    step("create, invite, join")
    return room_id


async def talk(alice, bob, room_id):
    sent = good(await alice.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": "hello"})).event_id
    heard = await until(bob, "the message", lambda answer: [event for event in events_in(answer, room_id) if event.event_id == sent])
    assert isinstance(heard[0], nio.RoomMessageText) and heard[0].body == "hello" and heard[0].sender == alice.user_id
    assert good(await bob.room_get_event(room_id, sent)).event.body == "hello"
    step("send, sync")

    good(await bob.room_send(room_id, "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": sent, "key": "+1"}}))
    await until(alice, "the reaction", lambda answer: [e for e in events_in(answer, room_id) if isinstance(e, nio.ReactionEvent) and e.key == "+1"])
    slip = good(await alice.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": "oops"})).event_id
    good(await alice.room_redact(room_id, slip, reason="a slip"))
    await until(bob, "the redaction", lambda answer: [e for e in events_in(answer, room_id) if isinstance(e, nio.RedactionEvent) and e.redacts == slip])
    assert isinstance(good(await bob.room_get_event(room_id, slip)).event, nio.RedactedEvent)
    step("react, redact")
    return sent


async def read_back(alice, bob, room_id):
    said = [f"line {i}" for i in range(25)]
    for body in said:
        good(await alice.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": body}))
    last = await until(bob, "the last line", lambda answer: [e for e in events_in(answer, room_id) if getattr(e, "body", None) == said[-1]])
    found, start = [], bob.next_batch
    while start:
        page = good(await bob.room_messages(room_id, start, limit=10))
        found += page.chunk
        start = page.end
    assert [e.body for e in found if getattr(e, "body", "").startswith("line ")] == said[::-1], "each line once, newest first"
    assert isinstance(found[-1], nio.RoomCreateEvent), found[-1]
    assert len({e.event_id for e in found}) == len(found)
    context = good(await bob.room_context(room_id, last[0].event_id, limit=4))
    assert context.event.event_id == last[0].event_id and context.events_before[0].body == said[-2]
    step("room_messages, context")
    return last[0].event_id


async def signs_of_life(alice, bob, room_id, last):
    good(await alice.room_typing(room_id, True, timeout=30_000))
    await until(bob, "typing", lambda _: alice.user_id in bob.rooms[room_id].typing_users)
    good(await alice.room_typing(room_id, False))
    await until(bob, "the end of typing", lambda _: alice.user_id not in bob.rooms[room_id].typing_users)
    step("typing")

    assert bob.rooms[room_id].unread_notifications > 0
    good(await bob.room_read_markers(room_id, last, last))
    await until(bob, "the counts' fall", lambda _: bob.rooms[room_id].unread_notifications == 0)
    assert bob.rooms[room_id].fully_read_marker == last

    def receipts(answer):
        return [r for event in ephemeral_in(answer, room_id, nio.ReceiptEvent) for r in event.receipts if r.user_id == bob.user_id and r.event_id == last]

    await until(alice, "the receipt", receipts)
    step("read markers")


async def part(alice, bob, room_id):
    good(await alice.set_displayname("Alice"))
    await until(bob, "the name", lambda _: bob.rooms[room_id].user_name(alice.user_id) == "Alice")
    good(await bob.room_leave(room_id))
    await until(bob, "the leave", lambda answer: answer and room_id in answer.rooms.leave)
    await until(alice, "bob's leave", lambda _: bob.user_id not in alice.rooms[room_id].users)
    good(await bob.room_forget(room_id))
    assert room_id not in good(await bob.joined_rooms()).rooms
    assert isinstance(await bob.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": "?"}), nio.RoomSendError)
    step("profile, leave, forget")


async def main(base_url):
    alice, bob = await asyncio.gather(sign_up(base_url, "alice"), sign_up(base_url, "bob"))
    try:
        step("register, login, whoami")
        room_id = await meet(alice, bob)
        await talk(alice, bob, room_id)
        last = await read_back(alice, bob, room_id)
        await signs_of_life(alice, bob, room_id, last)
        await part(alice, bob, room_id)
        good(await alice.logout())
        assert not alice.logged_in
        step("logout")
    finally:
        await asyncio.gather(alice.close(), bob.close())


asyncio.run(main(sys.argv[1]))
