/// The first version of the tables. Times are milliseconds since 1970, identifiers are texts as the contract writes them.
enum SchemaOne {
    static let statements =
        conversations + messages + deliveries + inbound + installation + ServiceTables.statements + UserTables.statements
        + WebhookTables.statements + RoutingTables.statements + ArchiveTables.statements + FeedTables.statements

    private static let conversations = [
        """
        CREATE TABLE conversation (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            state TEXT NOT NULL,
            unique_name TEXT,
            friendly_name TEXT,
            attributes TEXT NOT NULL,
            messaging_service TEXT,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            inactive_timer TEXT,
            closed_timer TEXT,
            inactive_at INTEGER,
            closed_at INTEGER,
            email_name TEXT,
            email_address TEXT,
            created_by TEXT NOT NULL,
            next_index INTEGER NOT NULL,
            message_count INTEGER NOT NULL,
            participant_count INTEGER NOT NULL,
            non_chat_count INTEGER NOT NULL,
            last_message_at INTEGER,
            deleted INTEGER,
            -- When a timer of the conversation acts next.
            timer_due INTEGER GENERATED ALWAYS AS (
                CASE WHEN deleted IS NULL AND state <> 'closed' THEN min(coalesce(inactive_at, closed_at), coalesce(closed_at, inactive_at)) END
            ) VIRTUAL
        ) STRICT
        """,
        "CREATE INDEX conversation_timer ON conversation (timer_due) WHERE timer_due IS NOT NULL",
        "CREATE UNIQUE INDEX conversation_name ON conversation (service, unique_name) WHERE unique_name IS NOT NULL AND deleted IS NULL",
        "CREATE INDEX conversation_list ON conversation (service, created) WHERE deleted IS NULL",
        "CREATE INDEX conversation_state ON conversation (service, state, created) WHERE deleted IS NULL",
        """
        CREATE TABLE participant (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            conversation TEXT NOT NULL,
            identity TEXT,
            proxy TEXT,
            address TEXT,
            address_key TEXT,
            pair_key TEXT,
            -- The version of the rules that made the keys, so that a change of the rules can be carried out on old rows.
            key_rules INTEGER,
            adapter TEXT,
            channel TEXT,
            bound INTEGER NOT NULL,
            role TEXT,
            attributes TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            last_read_index INTEGER,
            last_read_at INTEGER,
            notification_level TEXT NOT NULL,
            removed INTEGER,
            -- The conversation's, so that a person's conversations in a service are one range of an index.
            service TEXT NOT NULL,
            -- 'open', 'closed' with the conversation, or 'gone': removed, or the conversation deleted. What a person's lists and limits go by.
            standing TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX participant_list ON participant (conversation) WHERE removed IS NULL",
        "CREATE INDEX participant_member ON participant (conversation)",
        "CREATE UNIQUE INDEX participant_identity ON participant (conversation, identity) WHERE identity IS NOT NULL AND removed IS NULL",
        "CREATE INDEX participant_reach ON participant (conversation, address_key) WHERE address_key IS NOT NULL AND removed IS NULL",
        // The rule that a pair is held once over the whole installation is this index, not a check.
        "CREATE UNIQUE INDEX participant_pair ON participant (pair_key) WHERE bound = 1",
        "CREATE INDEX participant_of_identity ON participant (service, identity) WHERE identity IS NOT NULL AND standing <> 'gone'",
        "CREATE INDEX participant_open ON participant (service, identity) WHERE identity IS NOT NULL AND standing = 'open'",
        "CREATE INDEX participant_of_address ON participant (service, address_key) WHERE address_key IS NOT NULL AND standing <> 'gone'",
        "CREATE INDEX participant_proxy ON participant (adapter, proxy) WHERE bound = 1",
    ]

    private static let messages = [
        """
        CREATE TABLE message (
            -- Stated, so that nothing ever renumbers the rows: the index over the text names them.
            id INTEGER PRIMARY KEY,
            conversation TEXT NOT NULL,
            number INTEGER NOT NULL,
            sid TEXT NOT NULL UNIQUE,
            author TEXT NOT NULL,
            -- What authors are compared by: an address' canonical key, or the name as it is.
            author_key TEXT NOT NULL,
            participant TEXT,
            body TEXT,
            subject TEXT,
            attributes TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            matched_by TEXT,
            flags TEXT NOT NULL,
            deleted INTEGER,
            -- 1 once the author's data was erased.
            erased INTEGER,
            total INTEGER NOT NULL,
            sent INTEGER NOT NULL,
            delivered INTEGER NOT NULL,
            "read" INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            undelivered INTEGER NOT NULL,
            UNIQUE (conversation, number)
        ) STRICT
        """,
        """
        CREATE TABLE media (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            "key" TEXT NOT NULL,
            content_type TEXT NOT NULL,
            size INTEGER NOT NULL,
            filename TEXT,
            category TEXT NOT NULL,
            author TEXT,
            created INTEGER NOT NULL,
            message TEXT,
            position INTEGER
        ) STRICT
        """,
        "CREATE INDEX media_message ON media (message, position) WHERE message IS NOT NULL",
        "CREATE INDEX media_key ON media (\"key\")",
        """
        CREATE TABLE mail_id (
            id INTEGER PRIMARY KEY,
            conversation TEXT NOT NULL,
            participant TEXT NOT NULL,
            mail TEXT NOT NULL,
            message TEXT NOT NULL,
            ours INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX mail_id_once ON mail_id (participant, conversation, mail)",
        "CREATE INDEX mail_id_thread ON mail_id (participant, conversation)",
    ]

    private static let deliveries = [
        """
        CREATE TABLE delivery (
            ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
            sid TEXT NOT NULL UNIQUE,
            lane TEXT NOT NULL,
            adapter TEXT NOT NULL,
            channel TEXT NOT NULL,
            conversation TEXT NOT NULL,
            message TEXT NOT NULL,
            participant TEXT NOT NULL,
            phase TEXT NOT NULL,
            status TEXT,
            attempt INTEGER NOT NULL,
            due INTEGER NOT NULL,
            valid_until INTEGER NOT NULL,
            payload TEXT,
            error_code INTEGER NOT NULL,
            error_text TEXT,
            flags TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            -- Until when a receipt is awaited of what was taken.
            receipt_due INTEGER,
            -- When time itself ends something: the validity, or sooner what is awaited. Nothing ends while an attempt is under way.
            ends INTEGER GENERATED ALWAYS AS (
                CASE phase WHEN 'settled' THEN receipt_due WHEN 'sending' THEN NULL WHEN 'awaiting' THEN min(due, valid_until) ELSE valid_until END
            ) VIRTUAL
        ) STRICT
        """,
        "CREATE INDEX delivery_message ON delivery (message)",
        "CREATE INDEX delivery_lane ON delivery (lane, phase) WHERE phase <> 'settled'",
        "CREATE INDEX delivery_queue ON delivery (adapter, phase) WHERE phase <> 'settled'",
        "CREATE INDEX delivery_ends ON delivery (ends) WHERE ends IS NOT NULL",
        """
        CREATE TABLE delivery_part (
            delivery TEXT NOT NULL,
            part INTEGER NOT NULL,
            adapter TEXT NOT NULL,
            carrier_id TEXT NOT NULL,
            status TEXT,
            PRIMARY KEY (delivery, part)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX delivery_part_carrier ON delivery_part (adapter, carrier_id)",
        """
        CREATE TABLE lane (
            pair_key TEXT NOT NULL PRIMARY KEY,
            adapter TEXT NOT NULL,
            head TEXT,
            due INTEGER,
            leased_until INTEGER,
            paused_until INTEGER,
            pause_reason TEXT,
            -- 1 when the person has spoken and was sent nothing since: what they are sent next goes before what others are sent.
            owed INTEGER NOT NULL DEFAULT 0,
            -- When the lane wants to be leased, a pause considered; NULL while it does not.
            wake INTEGER GENERATED ALWAYS AS (
                CASE WHEN leased_until IS NOT NULL THEN NULL WHEN paused_until > due THEN paused_until ELSE due END
            ) VIRTUAL,
            -- Behind the first bar, which cannot stand in the key of an address of ours.
            address_key TEXT GENERATED ALWAYS AS (substr(pair_key, instr(pair_key, '|') + 1)) VIRTUAL
        ) STRICT
        """,
        "CREATE INDEX lane_wake ON lane (adapter, wake) WHERE wake IS NOT NULL",
        "CREATE INDEX lane_owed ON lane (adapter, wake) WHERE owed = 1 AND wake IS NOT NULL",
        """
        CREATE TABLE parked_receipt (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            adapter TEXT NOT NULL,
            carrier_id TEXT NOT NULL,
            evidence TEXT NOT NULL,
            until INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX parked_receipt_carrier ON parked_receipt (adapter, carrier_id)",
        "CREATE INDEX parked_receipt_age ON parked_receipt (adapter)",
        "CREATE INDEX parked_receipt_until ON parked_receipt (until)",
        // The bound on parked receipts is checked at each one, so their number is kept and not counted.
        "CREATE TABLE parked_count (adapter TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        """
        CREATE TRIGGER parked_receipt_in AFTER INSERT ON parked_receipt BEGIN
            INSERT INTO parked_count (adapter, count) VALUES (NEW.adapter, 1) ON CONFLICT (adapter) DO UPDATE SET count = count + 1;
        END
        """,
        """
        CREATE TRIGGER parked_receipt_out AFTER DELETE ON parked_receipt BEGIN
            UPDATE parked_count SET count = count - 1 WHERE adapter = OLD.adapter;
        END
        """,
    ]

    private static let inbound = [
        """
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            adapter TEXT NOT NULL,
            dedupe_key TEXT NOT NULL,
            content_digest TEXT NOT NULL,
            kind TEXT NOT NULL,
            verdict TEXT NOT NULL,
            reason TEXT,
            proxy TEXT,
            sender TEXT,
            -- What senders are compared by: an address' canonical key, or what was given.
            sender_key TEXT,
            conversation TEXT,
            message TEXT,
            raw BLOB,
            raw_key TEXT,
            -- What was said, as JSON, while the row waits for a decision.
            fact TEXT,
            received INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX inbox_once ON inbox (adapter, dedupe_key)",
        "CREATE INDEX inbox_content ON inbox (adapter, content_digest, received)",
        "CREATE INDEX inbox_verdict ON inbox (verdict)",
        """
        CREATE TABLE inbound_window (
            pair_key TEXT NOT NULL PRIMARY KEY,
            ends INTEGER NOT NULL,
            count INTEGER NOT NULL,
            -- Behind the first bar, which cannot stand in the key of an address of ours.
            address_key TEXT GENERATED ALWAYS AS (substr(pair_key, instr(pair_key, '|') + 1)) VIRTUAL
        ) STRICT
        """,
        "CREATE INDEX inbound_window_ends ON inbound_window (ends)",
    ]

    private static let installation = [
        """
        CREATE TABLE event (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            conversation TEXT,
            subject TEXT,
            payload TEXT NOT NULL,
            at INTEGER NOT NULL,
            service TEXT,
            -- On whose behalf it happened.
            source TEXT NOT NULL,
            identity TEXT,
            fires_webhooks INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE installation_key (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            purpose TEXT NOT NULL,
            secret BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX installation_key_id ON installation_key (purpose, id)",
        "CREATE INDEX installation_key_age ON installation_key (purpose, created)",
        "CREATE TABLE adapter_pause (adapter TEXT NOT NULL PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL, cause TEXT NOT NULL) STRICT",
        """
        CREATE TABLE idempotent_answer (
            "key" TEXT NOT NULL PRIMARY KEY,
            request_digest TEXT NOT NULL,
            status INTEGER NOT NULL,
            body BLOB NOT NULL,
            -- Of the latest event when it was given.
            position INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX idempotent_answer_until ON idempotent_answer (until)",
    ]
}
