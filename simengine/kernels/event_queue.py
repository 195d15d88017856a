"""A binary heap of (time, code), cancelled lazily: an event counts if its thing still waits for it.

A code is the kind of event above the index of its subject (`layout.SHIFT`); events of one time
leave the heap in the order of their codes.
"""

from simengine.kernels.jit import inline, part
from simengine.kernels.layout import EVENT, HEAP_ROOM, N_HEAP, SHIFT
from simengine.kernels.state import fail
from simengine.kernels.status import QUEUE_FULL


@part
def before(heap, i, time, code):
    """Whether event i comes before an event of this time and code."""
    return heap[i, EVENT.time] < time or (
        heap[i, EVENT.time] == time and heap[i, EVENT.code] < code
    )


@part
def put(heap, i, time, code):
    """Write event i."""
    heap[i, EVENT.time] = time
    heap[i, EVENT.code] = code


@part
def sift_up(heap, i, time, code):
    """Put an event where i is free or above, in its place among its parents."""
    while i > 0:
        parent = (i - 1) // 2
        if before(heap, parent, time, code):
            break
        put(heap, i, heap[parent, EVENT.time], heap[parent, EVENT.code])
        i = parent
    put(heap, i, time, code)


@part
def sift_down(heap, size, time, code):
    """Put an event at the free top or below, in its place among its children."""
    i = 0
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and before(
            heap, child + 1, heap[child, EVENT.time], heap[child, EVENT.code]
        ):
            child += 1
        if not before(heap, child, time, code):
            break
        put(heap, i, heap[child, EVENT.time], heap[child, EVENT.code])
        i = child
    put(heap, i, time, code)


@part
def push(w, time, kind, subject):
    """Add an event; a full queue fails the run."""
    k = w.n[N_HEAP]
    if k >= w.n[HEAP_ROOM]:
        fail(w, QUEUE_FULL)
    else:
        w.n[N_HEAP] = k + 1
        sift_up(w.heap, k, time, (kind << SHIFT) + subject)


@inline
def pop(w):
    """Remove the first event."""
    k = w.n[N_HEAP] - 1
    w.n[N_HEAP] = k
    sift_down(w.heap, k, w.heap[k, EVENT.time], w.heap[k, EVENT.code])
