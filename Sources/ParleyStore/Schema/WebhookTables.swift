/// Webhooks: where they go, and what is owed to them.
enum WebhookTables {
    static let statements = targets + deliveries

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

    private static let deliveries = [
        """
        CREATE TABLE webhook_configuration (
            -- `account`, or a service.
            scope TEXT NOT NULL PRIMARY KEY,
            method TEXT,
            -- A list as JSON.
            filters TEXT,
            pre_url TEXT,
            post_url TEXT,
            target TEXT NOT NULL,
            -- The last event before there was a URL to tell.
            since INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX webhook_configuration_pre ON webhook_configuration (scope) WHERE pre_url IS NOT NULL",
        """
        CREATE TABLE pending_prehook (
            -- The row that waits.
            inbox INTEGER NOT NULL PRIMARY KEY,
            adapter TEXT NOT NULL,
            pair_key TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX pending_prehook_pair ON pending_prehook (pair_key, inbox, adapter)",
        "CREATE TABLE event_reader (reader TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        """
        CREATE TABLE webhook_delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            lane TEXT NOT NULL,
            scope TEXT NOT NULL,
            hook TEXT NOT NULL,
            url TEXT NOT NULL,
            method TEXT NOT NULL,
            -- Names and values as JSON. They hold what people said.
            parameters TEXT NOT NULL,
            conversation TEXT,
            -- The event it tells of, what that was about and who caused it, by which a person's are found; NULL for what no event tells.
            event INTEGER,
            subject TEXT,
            identity TEXT,
            phase TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            due INTEGER NOT NULL,
            created INTEGER NOT NULL,
            queued INTEGER NOT NULL,
            settled INTEGER,
            status INTEGER,
            failure TEXT
        ) STRICT
        """,
        "CREATE INDEX webhook_delivery_lane ON webhook_delivery (lane, due) WHERE phase = 'waiting'",
        "CREATE INDEX webhook_delivery_phase ON webhook_delivery (phase)",
        "CREATE INDEX webhook_delivery_settled ON webhook_delivery (settled) WHERE settled IS NOT NULL",
        """
        CREATE TABLE webhook_attempt (
            delivery INTEGER NOT NULL,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            status INTEGER,
            failure TEXT,
            PRIMARY KEY (delivery, number)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE webhook_lane (
            lane TEXT NOT NULL PRIMARY KEY,
            due INTEGER NOT NULL,
            leased INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            rests_until INTEGER,
            -- When the lane wants to be leased; NULL while it is.
            wake INTEGER GENERATED ALWAYS AS (
                CASE WHEN leased = 1 THEN NULL WHEN rests_until > due THEN rests_until ELSE due END
            ) VIRTUAL
        ) STRICT
        """,
        "CREATE INDEX webhook_lane_wake ON webhook_lane (wake) WHERE wake IS NOT NULL",
    ]
}
