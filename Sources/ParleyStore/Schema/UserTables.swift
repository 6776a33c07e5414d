/// Users of applications.
enum UserTables {
    static let statements = [
        """
        CREATE TABLE user (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sid TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            identity TEXT NOT NULL,
            friendly_name TEXT,
            attributes TEXT NOT NULL,
            role TEXT,
            is_online INTEGER,
            is_notifiable INTEGER,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX user_identity ON user (service, identity)",
        "CREATE INDEX user_role ON user (role) WHERE role IS NOT NULL",
        "CREATE INDEX user_list ON user (service)",
        // A deleted user whose participations are still to be removed: those with a row number up to `through`.
        """
        CREATE TABLE departure (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            service TEXT NOT NULL,
            identity TEXT NOT NULL,
            through INTEGER NOT NULL
        ) STRICT
        """,
    ]
}
