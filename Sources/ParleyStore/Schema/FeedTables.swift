/// Who sees which events.
enum FeedTables {
    static let statements = [
        // A span in which a chat identity sees a conversation's events. The spans of an identity in a conversation do not overlap.
        """
        CREATE TABLE membership (
            id INTEGER PRIMARY KEY,
            service TEXT NOT NULL,
            identity TEXT NOT NULL,
            conversation TEXT NOT NULL,
            participant TEXT NOT NULL,
            -- The position of the first event seen.
            since INTEGER NOT NULL,
            -- The position of the last one; NULL while it goes on.
            until INTEGER
        ) STRICT
        """,
        "CREATE UNIQUE INDEX membership_open ON membership (participant) WHERE until IS NULL",
        "CREATE INDEX membership_viewer ON membership (service, identity, until)",
        "CREATE INDEX membership_conversation ON membership (conversation, until, since)",
        "CREATE INDEX membership_identity ON membership (identity, participant)",
        "CREATE INDEX event_conversation ON event (conversation)",
    ]
}
