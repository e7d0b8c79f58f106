"""Starts a command and kills it (-9) as soon as the fake model server has been asked often enough.

usage: kill_when.py BASE_URL COUNT COMMAND...      exit code 0: killed; 1: it ended or half a minute passed before
"""
import json, subprocess, sys, time, urllib.request

base, count = sys.argv[1], int(sys.argv[2])
child = subprocess.Popen(sys.argv[3:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
until = time.monotonic() + 30
while child.poll() is None and time.monotonic() < until:
    with urllib.request.urlopen(base + "/count") as reply:
        if json.load(reply) >= count:
            child.kill()
            child.wait()
            sys.exit(0)
child.kill()
child.wait()
sys.exit(1)
