/// Search, and the erasure of people.
enum ArchiveTables {
    static let statements = search + imports + erasures

    /// The index over what messages say. It holds no text of its own (FTS5, external content): the triggers keep it equal to the
    /// messages, in the statement that changes one. The conversation stands in it as a word, so that a search in one conversation walks
    /// that one alone.
    private static let search = [
        """
        CREATE VIRTUAL TABLE message_text USING fts5 (
            conversation, body, subject, content = 'message', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
        )
        """,
        """
        CREATE TRIGGER message_text_in AFTER INSERT ON message WHEN NEW.body IS NOT NULL OR NEW.subject IS NOT NULL BEGIN
            INSERT INTO message_text (rowid, conversation, body, subject) VALUES (NEW.id, NEW.conversation, NEW.body, NEW.subject);
        END
        """,
        """
        CREATE TRIGGER message_text_edit AFTER UPDATE OF body, subject ON message
        WHEN OLD.body IS NOT NEW.body OR OLD.subject IS NOT NEW.subject BEGIN
            INSERT INTO message_text (message_text, rowid, conversation, body, subject)
                SELECT 'delete', OLD.id, OLD.conversation, OLD.body, OLD.subject WHERE OLD.body IS NOT NULL OR OLD.subject IS NOT NULL;
            INSERT INTO message_text (rowid, conversation, body, subject)
                SELECT NEW.id, NEW.conversation, NEW.body, NEW.subject WHERE NEW.body IS NOT NULL OR NEW.subject IS NOT NULL;
        END
        """,
        """
        CREATE TRIGGER message_text_out AFTER DELETE ON message WHEN OLD.body IS NOT NULL OR OLD.subject IS NOT NULL BEGIN
            INSERT INTO message_text (message_text, rowid, conversation, body, subject)
                VALUES ('delete', OLD.id, OLD.conversation, OLD.body, OLD.subject);
        END
        """,
    ]

    /// What is staged, and bytes of media that rows have let go of.
    private static let imports = [
        """
        CREATE TABLE conversation_import (
            conversation TEXT NOT NULL PRIMARY KEY,
            begun INTEGER NOT NULL,
            -- 1 once it is given up; its rows are then taken away in chunks.
            abandoned INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX conversation_import_end ON conversation_import (abandoned)",
        "CREATE TABLE loose_media (\"key\" TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID",
        "CREATE INDEX inbox_raw_key ON inbox (raw_key) WHERE raw_key IS NOT NULL",
        // Media that came in, for as long as what they came with is kept.
        "CREATE TABLE inbox_media (item INTEGER NOT NULL, \"key\" TEXT NOT NULL, PRIMARY KEY (item, \"key\")) STRICT, WITHOUT ROWID",
        "CREATE INDEX inbox_media_key ON inbox_media (\"key\")",
    ]

    /// The erasure of people: the jobs, and the indexes by which a person is found. A row that is erased leaves its index.
    private static let erasures = [
        """
        CREATE TABLE erasure (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            digest TEXT NOT NULL,
            -- The address' canonical key or the identity; NULL once the job is done.
            person TEXT,
            is_identity INTEGER NOT NULL,
            pseudonym TEXT NOT NULL,
            phase TEXT NOT NULL,
            cursor INTEGER NOT NULL,
            has_left_over INTEGER NOT NULL,
            due INTEGER NOT NULL,
            counts TEXT NOT NULL,
            requested INTEGER NOT NULL,
            finished INTEGER
        ) STRICT
        """,
        "CREATE INDEX erasure_due ON erasure (due) WHERE finished IS NULL",
        "CREATE UNIQUE INDEX erasure_open ON erasure (digest) WHERE finished IS NULL",
        "CREATE INDEX participant_address ON participant (address_key) WHERE address_key IS NOT NULL",
        "CREATE INDEX participant_user ON participant (identity) WHERE identity IS NOT NULL",
        "CREATE INDEX message_author ON message (author_key)",
        "CREATE INDEX message_participant ON message (participant) WHERE participant IS NOT NULL AND erased IS NULL",
        "CREATE INDEX delivery_participant ON delivery (participant, lane)",
        "CREATE INDEX inbox_sender ON inbox (sender_key) WHERE sender_key IS NOT NULL",
        "CREATE INDEX lane_address ON lane (address_key)",
        "CREATE INDEX inbound_window_address ON inbound_window (address_key)",
        "CREATE INDEX event_subject ON event (subject) WHERE subject IS NOT NULL",
        "CREATE INDEX event_identity ON event (identity) WHERE identity IS NOT NULL",
        // A user's row may be gone while events tell of it.
        """
        CREATE INDEX event_user ON event (payload ->> 'identity', subject)
        WHERE kind IN ('userAdded', 'userUpdated', 'userRemoved') AND payload ->> 'identity' IS NOT NULL
        """,
        "CREATE INDEX user_of_identity ON user (identity)",
        "CREATE INDEX departure_identity ON departure (identity)",
        "CREATE INDEX push_binding_user ON push_binding (identity)",
        "CREATE INDEX media_author ON media (author) WHERE author IS NOT NULL",
        "CREATE INDEX webhook_delivery_subject ON webhook_delivery (subject) WHERE subject IS NOT NULL",
        "CREATE INDEX webhook_delivery_identity ON webhook_delivery (identity) WHERE identity IS NOT NULL",
        "CREATE INDEX conversation_creator ON conversation (created_by) WHERE created_by <> 'system'",
    ]
}
