#!/usr/bin/env python3
"""How long a track of a trace is busy.

usage: busy.py TRACE.json TRACK
"""

import json
import sys


def main():
    path, name = sys.argv[1:]
    with open(path) as file:
        events = json.load(file)["traceEvents"]
    tracks = {
        event["tid"]
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == name
    }
    busy = sum(event["dur"] for event in events if event["ph"] == "X" and event["tid"] in tracks)
    print(f"{busy:.1f} cycles")


if __name__ == "__main__":
    main()
