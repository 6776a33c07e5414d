"""What only a service of its own has: its configuration, notifications, webhooks and push bindings."""

from tour.account import NOWHERE, removed
from tour.steps import require, sid


def configuration(steps, service, roles):
    """`service` is the library's context; `roles` are a conversation role and a service role of it."""
    for_conversations, for_the_service = roles
    steps.step("FetchServiceConfiguration", lambda: service.configuration().fetch())
    steps.step(
        "UpdateServiceConfiguration",
        lambda: service.configuration().update(
            default_conversation_creator_role_sid=for_conversations,
            default_conversation_role_sid=for_conversations,
            default_chat_service_role_sid=for_the_service,
            reachability_enabled=True,
        ),
        lambda result: require(
            result.reachability_enabled is True and result.default_conversation_role_sid == for_conversations,
            "the update was not taken",
        ),
    )
    steps.step("FetchServiceNotification", lambda: service.configuration.notifications().fetch())

    def notified(result):
        require(result.log_enabled is True, f"log_enabled is {result.log_enabled!r}")
        message = result.new_message
        require(message["enabled"] is True and message["badge_count_enabled"] is True, f"new_message is {message}")
        require(message["template"] == "${PARTICIPANT}: ${MESSAGE}" and message["sound"] == "ring", f"new_message is {message}")
        require(message["with_media"]["enabled"] is True, f"new_message is {message}")
        require(result.added_to_conversation["template"] == "Welcome, ${PARTICIPANT}", f"{result.added_to_conversation}")
        require(result.removed_from_conversation["enabled"] is False, f"{result.removed_from_conversation}")

    steps.step(
        "UpdateServiceNotification",
        lambda: service.configuration.notifications().update(
            log_enabled=True,
            new_message_enabled=True,
            new_message_template="${PARTICIPANT}: ${MESSAGE}",
            new_message_sound="ring",
            new_message_badge_count_enabled=True,
            new_message_with_media_enabled=True,
            new_message_with_media_template="${PARTICIPANT} sent ${MEDIA_COUNT} files",
            added_to_conversation_enabled=True,
            added_to_conversation_template="Welcome, ${PARTICIPANT}",
            added_to_conversation_sound="chime",
            removed_from_conversation_enabled=False,
        ),
        notified,
    )
    steps.step("FetchServiceNotification", lambda: service.configuration.notifications().fetch(), notified)

    def hooked(result):
        require(result.method == "GET", f"method is {result.method!r}, expected 'GET'")
        require(sorted(result.filters) == ["onMessageAdded", "onMessageUpdated"], f"filters are {result.filters}")
        require(result.post_webhook_url == NOWHERE, f"post_webhook_url is {result.post_webhook_url!r}")

    steps.step(
        "UpdateServiceWebhookConfiguration",
        lambda: service.configuration.webhooks().update(
            post_webhook_url=NOWHERE, filters=["onMessageAdded", "onMessageUpdated"], method="get"
        ),
        hooked,
    )
    steps.step("FetchServiceWebhookConfiguration", lambda: service.configuration.webhooks().fetch(), hooked)


def bindings(steps, scope, credential):
    """The contract registers push bindings through the client SDK only, so two are made with the daemon's own POST."""
    made = []
    for identity in (scope.unique("alice"), scope.unique("bob")):
        answer = steps.daemon.call(
            "POST",
            f"/v1/Services/{scope.service}/Bindings",
            data={
                "Identity": identity,
                "BindingType": "fcm",
                "Endpoint": f"device-of-{identity}",
                "CredentialSid": credential,
                "MessageTypes": ["new_message", "added_to_conversation"],
            },
        )
        if answer.status_code != 201:
            refusal = f"no binding to begin with: POST .../Bindings was answered {answer.status_code}: {answer.text[:300]}"
            for operation in ("ListServiceBinding", "FetchServiceBinding", "DeleteServiceBinding"):
                steps.report.failed(operation, refusal)
        made.append(answer.json()["sid"] if answer.status_code == 201 else "BS" + "0" * 32)
    binding = made[0]

    def kept(result):
        require(result.binding_type == "fcm" and result.identity == scope.unique("alice"), f"{result.binding_type} {result.identity}")
        require(result.credential_sid == credential, f"credential_sid is {result.credential_sid}")
        require(sorted(result.message_types) == ["added_to_conversation", "new_message"], f"message_types are {result.message_types}")

    steps.step("FetchServiceBinding", lambda: scope.root.bindings(binding).fetch(), kept)
    steps.pages("ListServiceBinding", scope.root.bindings, made)
    steps.step(
        "ListServiceBinding",
        lambda: scope.root.bindings.list(binding_type=["apn", "FCM"], identity=[scope.unique("alice"), "nobody"]),
        lambda found: require([one.sid for one in found] == [binding], f"lists {[one.sid for one in found]}, expected {binding}"),
    )
    steps.step(
        "ListServiceBinding",
        lambda: scope.root.bindings.list(binding_type=["apn"]),
        lambda found: require(found == [], f"binding_type=apn lists {[one.sid for one in found]}"),
    )
    for one in made:
        steps.step("DeleteServiceBinding", lambda one=one: scope.root.bindings(one).delete(), removed)
    steps.refused("FetchServiceBinding", lambda: scope.root.bindings(sid(None, "BS")).fetch(), 404, 20404)
