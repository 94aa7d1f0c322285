#!/usr/bin/env python3
"""Adds up a JUnit XML file, as lit and pytest write it.

usage: junit_counts.py FILE

Prints `PASSED FAILED SKIPPED`, then a line for each failed test and for each
reason why tests were skipped. Exit status 1 if the file cannot be read.
"""

import collections
import re
import sys
from xml.etree import ElementTree


def skip_reason(skipped):
    # For a module that pytest skipped as a whole the reason stands in the text.
    in_text = re.search(r"Skipped: (.*?)['\"]?\)?$", skipped.text or "")
    return in_text[1] if in_text else skipped.get("message") or "no reason given"


def main(path):
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        sys.exit(f"junit_counts.py: expected test results in {path}, but: {error}")

    failed, reasons = [], collections.Counter()
    for case in cases:
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(f"{case.get('classname')} {case.get('name')}")
        elif skipped is not None:
            reasons[skip_reason(skipped)] += 1

    print(len(cases) - len(failed) - reasons.total(), len(failed), reasons.total())
    for name in failed:
        print(f"FAILED:  {name}")
    for reason, count in reasons.most_common():
        print(f"skipped: {count} x {reason}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
