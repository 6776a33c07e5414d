/// Services and what an account configures: roles, credentials, bindings, settings of a service.
enum ServiceTables {
    static let statements = services + roles + push + account

    private static let services = [
        """
        CREATE TABLE service (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            friendly_name TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            reachability_enabled INTEGER NOT NULL,
            -- JSON; NULL until something was set.
            notifications TEXT,
            default_service_role TEXT NOT NULL,
            default_conversation_role TEXT NOT NULL,
            default_creator_role TEXT NOT NULL,
            deleted INTEGER,
            -- Set once nothing of a deleted service is left.
            cleared INTEGER
        ) STRICT
        """,
        "CREATE INDEX service_list ON service (created) WHERE deleted IS NULL",
        "CREATE INDEX service_leftover ON service (deleted) WHERE deleted IS NOT NULL AND cleared IS NULL",
    ]

    private static let roles = [
        """
        CREATE TABLE role (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            friendly_name TEXT NOT NULL,
            kind TEXT NOT NULL,
            permissions TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX role_list ON role (service)",
        "CREATE INDEX participant_role ON participant (role) WHERE role IS NOT NULL AND removed IS NULL",
    ]

    private static let push = [
        """
        CREATE TABLE push_credential (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            friendly_name TEXT,
            sandbox INTEGER NOT NULL,
            -- Secrets, which are written and never read by what answers callers.
            certificate TEXT,
            private_key TEXT,
            api_key TEXT,
            secret TEXT,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE push_binding (
            id INTEGER PRIMARY KEY,
            sid TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            identity TEXT NOT NULL,
            network TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            credential TEXT,
            message_types TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX push_binding_once ON push_binding (service, identity, network, endpoint)",
        "CREATE INDEX push_binding_list ON push_binding (service)",
        "CREATE INDEX push_binding_identity ON push_binding (service, identity)",
        "CREATE INDEX push_binding_network ON push_binding (service, network)",
    ]

    private static let account = [
        """
        CREATE TABLE account_configuration (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            default_service TEXT NOT NULL,
            messaging_service TEXT,
            inactive_timer TEXT,
            closed_timer TEXT,
            revision INTEGER NOT NULL
        ) STRICT
        """
    ]
}
