"""How long a person waits for a prompt: from execve on a pseudo-terminal until `> ` is shown. Commands take turns.

    python3 bench/prompt.py 30 lua5.4 -i , build/aios        prints the median of each in milliseconds
"""
import os, pty, select, signal, statistics, sys, time

def once(command):
    begun = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    shown = b""
    while b"> " not in shown:
        if not select.select([fd], [], [], 20)[0]:
            sys.exit("no prompt of " + command[0])
        shown += os.read(fd, 4096)
    took = time.perf_counter() - begun
    os.kill(pid, signal.SIGTERM)
    try:
        while os.read(fd, 4096):
            pass
    except OSError:                              # Linux: the other side is gone
        pass
    os.waitpid(pid, 0)
    os.close(fd)
    return took * 1000

commands = [[]]
for word in sys.argv[2:]:
    if word == ",":
        commands.append([])
    else:
        commands[-1].append(word)
times = [[] for _ in commands]
for _ in range(int(sys.argv[1])):
    for i, command in enumerate(commands):
        times[i].append(once(command))
for one in times:
    print("%.3f" % statistics.median(one))
