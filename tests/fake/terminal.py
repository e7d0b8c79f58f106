"""A person at a terminal: runs a command on a pseudo-terminal and types when it has said what was waited for.

    python3 tests/fake/terminal.py '> ' '1 + 1\\n' '> ' '\\x04' -- lua5.4 -i

WAIT TEXT pairs stand before `--`, with Python's escapes; a WAIT matches the end of what was shown so far.
Prints everything that was shown and exits with the code of the command; 124 if a WAIT did not come in 20 seconds.
"""
import os, pty, select, signal, sys

SECONDS = 20
QUIET = 0.1

def unescape(word):
    return word.encode().decode("unicode_escape").encode("latin-1")

def show_until(fd, shown, wait, typed_at):
    """Reads until `shown` ends with `wait`, is longer than when the last text was typed and nothing more comes (a line
    being drawn again may look like a prompt for a moment), or to the end of the output when wait is None."""
    while True:
        there = wait is not None and len(shown) > typed_at and shown.endswith(wait)
        if not select.select([fd], [], [], QUIET if there else SECONDS)[0]:
            return there
        try:
            data = os.read(fd, 4096)
        except OSError:                      # Linux: the other side is gone
            data = b""
        if not data:
            return wait is None
        shown += data

def main(words):
    cut = words.index("--")
    steps, command = [unescape(w) for w in words[:cut]], words[cut + 1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.execvp(command[0], command)
    shown = bytearray()
    good, typed_at = True, -1
    for wait, text in zip(steps[::2], steps[1::2]):
        good = good and show_until(fd, shown, wait, typed_at)
        if good:
            typed_at = len(shown)
            os.write(fd, text)
    good = good and show_until(fd, shown, None, typed_at)
    if not good:
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.stdout.buffer.write(bytes(shown))
    return 124 if not good else code if code >= 0 else 128 - code

sys.exit(main(sys.argv[1:]))
