"""The default service or a service of its own: the same calls under two paths, and their operations' two names."""

from dataclasses import dataclass, field


@dataclass
class Scope:
    """`root` is the library's object that has conversations, roles and users: the version, or a service's context."""

    root: object
    # Stands between an operation's verb and its noun: nothing, or "Service".
    infix: str
    # The service's SID.
    service: str
    # Two numbers of people, and one that only the pair's conflict uses.
    phones: tuple
    # A number that the mock adapter serves.
    proxy: str
    mailbox: str
    # What the parts of the tour make and later parts use, by a short name.
    made: dict = field(default_factory=dict)

    def name(self, verb, noun):
        return f"{verb}{self.infix}{noun}"

    @property
    def path(self):
        """How a refusal names a path of this scope: without the version."""
        return f"/Services/{self.service}" if self.infix else ""

    def unique(self, word):
        """A name that the other scope's parts do not use."""
        return f"{word}-{self.infix.lower() or 'default'}"
