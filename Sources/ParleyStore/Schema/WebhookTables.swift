/// Webhooks: where they go, and what is owed to them.
enum WebhookTables {
    static let statements = targets

    private static let targets = [
        """
        CREATE TABLE scoped_webhook (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sid TEXT NOT NULL UNIQUE,
            conversation TEXT NOT NULL,
            target TEXT NOT NULL,
            url TEXT,
            method TEXT NOT NULL,
            -- Lists as JSON.
            filters TEXT NOT NULL,
            triggers TEXT NOT NULL,
            flow TEXT,
            replay_after INTEGER,
            -- The next message to replay, and the one before which the replay ends; NULL when nothing is to be replayed.
            replay_next INTEGER,
            replay_end INTEGER,
            -- Events up to this position are none of its business.
            since INTEGER NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX scoped_webhook_list ON scoped_webhook (conversation)",
        "CREATE INDEX scoped_webhook_replay ON scoped_webhook (id) WHERE replay_next IS NOT NULL",
    ]
}
