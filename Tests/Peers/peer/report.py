"""What a script prints: a line for each thing that was tried, with the reasons of a failure indented below it."""

import sys


class Report:
    """Collects reasons by name, in the order in which the names were first tried."""

    def __init__(self):
        self.reasons = {}
        self.notes = []

    def tried(self, name):
        self.reasons.setdefault(name, [])

    def failed(self, name, reason):
        reasons = self.reasons.setdefault(name, [])
        if reason not in reasons:
            reasons.append(reason)

    def note(self, line):
        """A failure that belongs to no name."""
        self.notes.append(line)

    def end(self):
        """Prints everything and ends the script: 0 when nothing failed."""
        for name, reasons in self.reasons.items():
            if not reasons:
                print(f"ok {name}")
                continue
            print(f"FAILED {name}: {_indented(reasons[0])}")
            for reason in reasons[1:5]:
                print(f"    also: {_indented(reason)}")
            if len(reasons) > 5:
                print(f"    and {len(reasons) - 5} more")
        for line in self.notes:
            print(f"FAILED: {_indented(line)}")
        failed = sum(1 for reasons in self.reasons.values() if reasons) + len(self.notes)
        print(f"{len(self.reasons) + len(self.notes) - failed} passed, {failed} failed")
        sys.stdout.flush()
        sys.exit(1 if failed else 0)


def _indented(text):
    return text.replace("\n", "\n    ")
