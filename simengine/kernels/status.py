"""How a run ended: a code per run, and the sentence for each."""

from simengine.kernels.jit import number

GOOD = number(0)
NO_REST = number(1)
EVENT_LIMIT = number(2)
QUEUE_FULL = number(3)
TRACK_FULL = number(4)
STACK_FULL = number(5)
LOG_FULL = number(6)

SENTENCES = {
    GOOD: "the run came to its horizon",
    NO_REST: "levels did not come to rest within one instant",
    EVENT_LIMIT: "the run went on without end: more events than the limit (a periodic run)",
    QUEUE_FULL: "more events were pending at once than the queue holds",
    TRACK_FULL: "the curve of people without service had more steps than the run may keep",
    STACK_FULL: "one area had more nested depths of outage than the run may keep",
    LOG_FULL: "the log of the run is longer than asked for",
}
