"""Runs a function over batches in processes of our own: an item that hangs or kills its process costs only itself.

spaCy's own `n_process` waits for ever when a worker is killed. Here a process that is gone, or has come to no end, is
replaced; the items of its batch are tried again one by one, and the one that does it again is named.
"""

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

Item, Result = TypeVar("Item"), TypeVar("Result")
START_SECONDS = 300  # to load what the function needs; beyond, the machine is at fault and not an item


class WorkerError(RuntimeError):
    """No process can be started: nothing is wrong with the items."""


class ExtractionError(RuntimeError):
    """Not one article could be extracted: the program is at fault, or the pipeline, and no text."""


@dataclass(frozen=True, slots=True)
class Lost(Generic[Item]):
    """An item that no process came back from."""

    item: Item
    reason: str


@dataclass(slots=True)
class _Worker:
    process: Any
    connection: Connection
    batch: list | None = None  # None until it is ready
    deadline: float = 0.0

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def run_batches(
    function: Callable[[list[Item]], Result],
    batches: Iterable[Sequence[Item]],
    *,
    processes: int,
    seconds: Callable[[Sequence[Item]], float],
    prepare: Callable[[], object] = dict,
) -> Iterator[Result | Lost[Item]]:
    """The results of `function(batch)`, in the order in which they are ready; `Lost` for each item without one.

    Of `batches` only as many are asked for as there are processes to wait for them.

    `function` and `prepare` (called once in each process, before its time counts) must be importable: processes are
    spawned, so that a model's threads cannot lock each other. `seconds` says how long a batch may take. A `ValueError`
    of either is raised here; `WorkerError` when a process ends before it is ready.
    """
    waiting: deque[list[Item]] = deque()
    coming = map(list, batches)
    workers: list[_Worker] = []
    try:
        while True:
            waiting.extend(islice(coming, max(0, processes - len(waiting))))
            if not waiting and all(worker.batch is None for worker in workers):
                return
            while len(workers) < min(processes, len(waiting) + sum(bool(worker.batch) for worker in workers)):
                workers.append(_start(function, prepare))
            for worker in _ready(workers):
                yield from _collect(worker, workers, waiting)
            for worker in [worker for worker in workers if worker.batch == []]:
                if waiting:
                    batch = waiting.popleft()
                    worker.batch, worker.deadline = batch, time.monotonic() + seconds(batch)
                    worker.connection.send(batch)
            if not waiting:
                workers = _without_idle(workers)
    finally:
        for worker in workers:
            worker.stop()


def _start(function: Callable, prepare: Callable) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, function, prepare), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, deadline=time.monotonic() + START_SECONDS)


def _serve(connection: Connection, function: Callable, prepare: Callable) -> None:
    try:
        prepare()
        connection.send(None)
        while True:
            connection.send(function(connection.recv()))
    except (EOFError, OSError, KeyboardInterrupt):  # the parent is gone, or stops
        return
    except ValueError as error:  # of the configuration: no item is at fault, and a person can mend it
        connection.send(error)


def _ready(workers: list[_Worker]) -> list[_Worker]:
    """The workers that have something to say, are gone, or have used up their time."""
    busy = [worker for worker in workers if worker.batch != []]
    patience = max(min((worker.deadline for worker in busy), default=0.0) - time.monotonic(), 0.0)
    told = wait([worker.connection for worker in busy], timeout=patience)
    return [worker for worker in busy if worker.connection in told or worker.deadline <= time.monotonic()]


def _collect(worker: _Worker, workers: list[_Worker], waiting: deque[list]) -> Iterator[Any]:
    batch = worker.batch
    try:
        if not worker.connection.poll():
            raise TimeoutError
        result = worker.connection.recv()
    except (TimeoutError, EOFError, OSError) as error:
        workers.remove(worker)
        worker.stop()
        if batch is None:
            raise WorkerError("a process for the extraction ended before it was ready; run doctor") from None
        late = isinstance(error, TimeoutError)
        if len(batch) > 1:
            waiting.extendleft([item] for item in reversed(batch))
        else:
            yield Lost(batch[0], "came to no end" if late else "ended the process")
        return
    if isinstance(result, ValueError):
        raise result
    worker.batch = []
    if batch is not None:
        yield result


def _without_idle(workers: list[_Worker]) -> list[_Worker]:
    for worker in workers:
        if worker.batch == []:
            worker.stop()
    return [worker for worker in workers if worker.batch != []]
