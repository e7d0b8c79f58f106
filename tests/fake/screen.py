"""A person at a terminal that can be drawn on: runs a command, types, and looks at what the screen shows.

    python3 tests/fake/screen.py 'line:>' 'type:1 + 1\\r' 'see:2' 'line:>' 'type:\\x04' -- build/aios

Steps stand before `--`, in order; what they wait for must come within 20 seconds:
    type:TEXT     types it (Python's escapes)          see:TEXT    the screen shows it        gone:TEXT  or not any more
    line:TEXT     the row of the cursor, without blanks at its end
    before:TEXT   that row up to the cursor            raw:BYTES   came since the last step that typed
    signal:NAME   to the command                       size:COLUMNSxROWS
Prints the rows of the screen and all that scrolled off above them, then `exit CODE` and `terminal same` or `terminal changed`.
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time, unicodedata

SECONDS = 20

class Screen:
    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines, self.past = [[" "] * columns for _ in range(rows)], []
        self.row = self.column = 0
        self.rest = ""

    def resize(self, columns, rows):
        self.__init__(columns, rows)

    def down(self):
        if self.row < self.rows - 1:
            self.row += 1
            return
        self.past.append(self.text(0))
        self.lines = self.lines[1:] + [[" "] * self.columns]

    def text(self, row):
        return "".join(self.lines[row]).rstrip()

    def all(self):
        return self.past + [self.text(row) for row in range(self.rows)]

    def letter(self, letter):
        wide = 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if self.column + wide > self.columns:
            self.column = 0
            self.down()
        if wide == 0:
            self.lines[self.row][max(0, self.column - 1)] += letter
            return
        self.lines[self.row][self.column] = letter
        if wide == 2:
            self.lines[self.row][self.column + 1] = ""
        self.column += wide

    def control(self, numbers, final):
        count = int(numbers.split(";")[0] or 1) if numbers.replace(";", "").isdigit() or not numbers else 1
        if final == "A": self.row = max(0, self.row - count)
        elif final == "B": self.row = min(self.rows - 1, self.row + count)
        elif final == "C": self.column = min(self.columns - 1, self.column + count)
        elif final == "D": self.column = max(0, self.column - count)
        elif final == "H": self.row = self.column = 0
        elif final == "J":
            first = 0 if numbers == "2" else self.row + 1
            for row in range(first, self.rows):
                self.lines[row] = [" "] * self.columns
            if numbers != "2":
                self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)
        elif final == "K": self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)

    def feed(self, text):
        text, self.rest = self.rest + text, ""
        at = 0
        while at < len(text):
            letter = text[at]
            if letter == "\x1b":
                found = re.compile(r"\x1b\[([?\d;]*)([@-~])").match(text, at)
                if not found:
                    self.rest = text[at:]
                    return
                self.control(found[1], found[2])
                at = found.end()
                continue
            if letter == "\r": self.column = 0
            elif letter == "\n": self.down()
            elif letter == "\b": self.column = max(0, self.column - 1)
            elif letter >= " ": self.letter(letter)
            at += 1

class Person:
    def __init__(self, command):
        self.master, self.slave = pty.openpty()
        self.screen = Screen(80, 24)
        self.set_size(80, 24)
        self.before = termios.tcgetattr(self.slave)
        self.raw, self.bytes, self.code = b"", b"", None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.master)
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.slave, fd)
            os.execvp(command[0], command)

    def set_size(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def listen(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        data = os.read(self.master, 65536)
        self.raw += data
        self.bytes += data
        good = self.bytes
        cut = len(good)
        while cut > 0 and cut > len(good) - 4:
            try:
                text = good[:cut].decode()
                break
            except UnicodeDecodeError:
                cut -= 1
        else:
            text, cut = good.decode(errors="replace"), len(good)
        self.bytes = good[cut:]
        self.screen.feed(text)
        return True

    def is_over(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def wait(self, what):
        stop = time.monotonic() + SECONDS
        while not what():
            if not self.listen(0.05) and (self.is_over() or time.monotonic() > stop):
                return what()
        return True

    def step(self, kind, text):
        screen = self.screen
        if kind == "type":
            self.raw = b""
            os.write(self.master, text.encode().decode("unicode_escape").encode("latin-1") if text.isascii() else text.encode())
        elif kind == "see": return self.wait(lambda: any(text in line for line in screen.all()))
        elif kind == "gone": return self.wait(lambda: not any(text in line for line in screen.all()))
        elif kind == "line": return self.wait(lambda: self.raw and screen.text(screen.row) == text)
        elif kind == "before":
            return self.wait(lambda: self.raw and "".join(screen.lines[screen.row][:screen.column]) == text)
        elif kind == "raw":
            wanted = text.encode().decode("unicode_escape").encode("latin-1")
            return self.wait(lambda: wanted in self.raw)
        elif kind == "signal": os.kill(self.pid, getattr(signal, "SIG" + text))
        elif kind == "size":
            columns, rows = map(int, text.split("x"))
            screen.resize(columns, rows)
            self.set_size(columns, rows)
        else: raise SystemExit("no step " + kind)
        return True

def main(words):
    cut = words.index("--")
    person, failed = Person(words[cut + 1:]), None
    for word in words[:cut]:
        kind, _, text = word.partition(":")
        if not person.step(kind, text):
            failed = word
            break
    if failed is None and not person.wait(person.is_over):
        failed = "the end"
    while person.listen(0):
        pass
    lines = person.screen.all()
    while lines and not lines[-1]:
        lines.pop()
    print("\n".join(lines))
    if failed is not None:
        print("waited in vain for", failed)
        if not person.is_over():
            os.kill(person.pid, signal.SIGKILL)
            person.wait(person.is_over)
    after = termios.tcgetattr(person.slave)
    print("exit", person.code)
    print("terminal", "same" if after == person.before else "changed")
    return 1 if failed is not None else 0

sys.exit(main(sys.argv[1:]))
