"""What the diary tells of a call that the floor meets again after a restart."""

from cti.domain.call import Call
from cti.domain.lines import wait_anew
from cti.domain.memories import CallMemory


def recall(call: Call, memory: CallMemory) -> None:
    """What the diary knows of a call from before a restart."""
    call.queued_at, call.priority, call.waited_s = memory.queued_at, memory.priority, memory.waited_s
    call.counted_queue_id, call.no_recording = memory.queue_id, memory.no_recording
    call.customer_id, call.customer_name = memory.customer_id, memory.customer_name
    call.last_agent_id, call.direction = memory.talk_agent_id, memory.direction
    call.last_talk_started_at = memory.last_talk_started_at
    call.request, call.attempt = memory.request, memory.attempt
    call.pressed_keys, call.listens_since = memory.pressed_keys, memory.listens_since
    if memory.parted_at is not None:
        wait_anew(call, memory.parted_at)
