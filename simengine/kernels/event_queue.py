"""A binary heap of (time, code), cancelled lazily: an event counts if its thing still waits for it.

A code is the kind of event above the index of its subject (`layout.SHIFT`); events of one time
leave the heap in the order of their codes.
"""

from simengine.kernels.jit import inline, part, step
from simengine.kernels.layout import EVENT, N_HEAP, SHIFT
from simengine.kernels.state import fail
from simengine.kernels.status import QUEUE_FULL


@part
def before(heap, i, j):
    """Whether event i comes before event j."""
    if heap[i, EVENT.time] != heap[j, EVENT.time]:
        return heap[i, EVENT.time] < heap[j, EVENT.time]
    return heap[i, EVENT.code] < heap[j, EVENT.code]


@part
def swap(heap, i, j):
    """Exchange two events."""
    time, code = heap[i, EVENT.time], heap[i, EVENT.code]
    heap[i, EVENT.time], heap[i, EVENT.code] = heap[j, EVENT.time], heap[j, EVENT.code]
    heap[j, EVENT.time], heap[j, EVENT.code] = time, code


@step
def sift_up(heap, i):
    """Let event i rise to its place."""
    while i > 0:
        parent = (i - 1) // 2
        if not before(heap, i, parent):
            break
        swap(heap, i, parent)
        i = parent


@step
def sift_down(heap, size):
    """Let the event at the top sink to its place."""
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and before(heap, child + 1, child):
            child += 1
        if not before(heap, child, i):
            break
        swap(heap, i, child)
        i = child


@part
def push(w, time, kind, subject):
    """Add an event; a full queue fails the run."""
    k = w.n[N_HEAP]
    if k >= w.heap.shape[0]:
        fail(w, QUEUE_FULL)
    else:
        w.heap[k, EVENT.time] = time
        w.heap[k, EVENT.code] = (kind << SHIFT) + subject
        w.n[N_HEAP] = k + 1
        sift_up(w.heap, k)


@inline
def pop(w):
    """Remove the first event; it is left behind the end of the heap."""
    k = w.n[N_HEAP] - 1
    swap(w.heap, 0, k)
    w.n[N_HEAP] = k
    sift_down(w.heap, k)
