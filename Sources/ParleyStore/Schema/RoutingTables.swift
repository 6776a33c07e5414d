/// Where inbound messages of strangers go.
enum RoutingTables {
    static let statements = [
        """
        CREATE TABLE address_configuration (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sid TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            address TEXT NOT NULL,
            address_key TEXT NOT NULL,
            friendly_name TEXT,
            country TEXT,
            -- JSON.
            auto_creation TEXT NOT NULL,
            unknown_sender TEXT,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX address_configuration_once ON address_configuration (address_key, type)",
        "CREATE INDEX address_configuration_type ON address_configuration (type)",
        """
        CREATE TABLE consent (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            pair_key TEXT NOT NULL UNIQUE,
            -- The part of the pair that is the person's, by which theirs are found.
            address_key TEXT NOT NULL,
            state TEXT NOT NULL,
            source TEXT NOT NULL,
            adapter TEXT,
            detail TEXT,
            message TEXT,
            changed INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX consent_address ON consent (address_key)",
        "CREATE INDEX consent_state ON consent (state)",
        "CREATE TABLE creation_window (adapter TEXT NOT NULL PRIMARY KEY, ends INTEGER NOT NULL, count INTEGER NOT NULL) STRICT",
        "CREATE INDEX inbox_held ON inbox (received) WHERE verdict = 'held'",
        """
        CREATE TABLE pending_media (
            -- The row that waits.
            inbox INTEGER NOT NULL PRIMARY KEY,
            adapter TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            due INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX pending_media_due ON pending_media (due, inbox)",
        """
        CREATE TABLE pending_part (
            -- The row that waits.
            inbox INTEGER NOT NULL PRIMARY KEY,
            adapter TEXT NOT NULL,
            pair_key TEXT NOT NULL,
            -- What the parts of one message share, which of them it is, and how many there are.
            reference TEXT NOT NULL,
            number INTEGER NOT NULL,
            total INTEGER NOT NULL,
            due INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX pending_part_message ON pending_part (adapter, pair_key, reference, total, number, inbox)",
        "CREATE INDEX pending_part_due ON pending_part (due, inbox)",
    ]
}
