"""What the command lines of the project's Python programs have in common."""

import argparse


class ArgumentParser(argparse.ArgumentParser):
    """Exits with status 1 on bad usage, as the other programs of the project do."""

    def error(self, message):
        """Say what is wrong, and where to read more; does not return."""
        self.exit(1, f"{self.prog}: error: {message} (see --help)\n")
