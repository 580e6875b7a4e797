"""Takes the article out of an HTML page, in a process that is killed when it comes to no end.

This module is also what that process runs, so it imports nothing of ours.
"""

import json
import subprocess
import sys
import threading

MAX_SECONDS = 30  # for one HTML page: hostile mark-up makes any parser quadratic


class Pages:
    """Reads pages in a process of its own, started for the first of them."""

    def __init__(self) -> None:
        self.worker: subprocess.Popen[str] | None = None

    def extract(self, html: str) -> dict[str, str | None]:
        """The fields of a page; `ValueError` when the parser comes to no end, or is ended by it."""
        if not self.worker:
            # -P: beside this file lie modules whose names must not hide those of the standard library.
            command, pipe = [sys.executable, "-P", __file__], subprocess.PIPE
            self.worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        timer = threading.Timer(MAX_SECONDS, self.worker.kill)
        timer.start()
        try:
            self.worker.stdin.write(json.dumps(html) + "\n")
            self.worker.stdin.flush()
            return json.loads(self.worker.stdout.readline())
        except (OSError, ValueError):
            self.stop()
            fix = "save it as text"
            raise ValueError(f"no end after {MAX_SECONDS} seconds, or too much for the parser; {fix}") from None
        finally:
            timer.cancel()

    def stop(self) -> None:
        """End the process, if there is one."""
        if self.worker:
            self.worker.kill()
            self.worker.communicate()
            self.worker = None


def _serve_pages() -> None:
    """Answer pages on standard input, one a line as JSON, with their fields: the process of `Pages.extract`."""
    from trafilatura import bare_extraction

    # Without limits htmldate takes dates up to today: the same page would be read otherwise tomorrow.
    dates = {"original_date": True, "extensive_search": False, "min_date": "1800-01-01", "max_date": "2100-12-31"}
    wanted = {"title": "title", "date": "date", "outlet": "sitename", "url": "url", "text": "text"}
    for line in sys.stdin:
        try:
            page = bare_extraction(
                json.loads(line), with_metadata=True, include_comments=False, date_extraction_params=dates
            )
        except Exception:  # text never raises, whatever the parsers below make of it
            page = None
        sys.stdout.write(json.dumps({ours: getattr(page, theirs, None) for ours, theirs in wanted.items()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve_pages()
