"""The account's own resources: configuration, its webhooks, addresses, credentials and services."""

from urllib.parse import quote

from tour.steps import require, sid

# Nobody listens there: what is posted to it is lost, which this part does not mind.
NOWHERE = "http://127.0.0.1:9/hooks"


def configuration(steps, v1):
    """Returns the default service's SID."""
    fetched = steps.step("FetchConfiguration", lambda: v1.configuration().fetch())
    service = getattr(fetched, "default_chat_service_sid", None) or "IS" + "0" * 32
    steps.step(
        "UpdateConfiguration",
        lambda: v1.configuration().update(
            default_chat_service_sid=service, default_inactive_timer="PT240H", default_closed_timer="PT480H"
        ),
        lambda result: require(
            (result.default_chat_service_sid, result.default_inactive_timer, result.default_closed_timer)
            == (service, "PT240H", "PT480H"),
            "the settings were not taken as sent",
        ),
    )

    def webhooks_kept(result):
        require(result.method == "POST", f"method is {result.method!r}, expected 'POST'")
        require(sorted(result.filters) == ["onConversationUpdated", "onMessageAdded"], f"filters are {result.filters}")
        require(result.post_webhook_url == NOWHERE, f"post_webhook_url is {result.post_webhook_url!r}")
        require(result.target == "webhook", f"target is {result.target!r}")

    steps.step(
        "UpdateConfigurationWebhook",
        lambda: v1.configuration.webhooks().update(
            method="pOsT", filters=["onMessageAdded", "onConversationUpdated"], post_webhook_url=NOWHERE, target="WebHook"
        ),
        webhooks_kept,
    )
    steps.step("FetchConfigurationWebhook", lambda: v1.configuration.webhooks().fetch(), webhooks_kept)
    return service


def addresses(steps, v1, service, proxy, mailbox):
    """An address is found by its SID and by itself; two of them, so that the list has pages."""

    def kept(result):
        require(result.type == "sms", f"type is {result.type!r}, expected 'sms'")
        require(result.address == proxy, f"address is {result.address!r}, expected {proxy!r}")
        require(result.auto_creation["enabled"] is True, f"auto_creation is {result.auto_creation}")
        require(result.auto_creation["type"] == "webhook", f"auto_creation is {result.auto_creation}")
        require(sorted(result.auto_creation["webhook_filters"]) == ["onMessageAdded", "onParticipantAdded"], f"{result.auto_creation}")

    made = steps.step(
        "CreateConfigurationAddress",
        lambda: v1.address_configurations.create(
            type="sMs",
            address=proxy,
            friendly_name="Desk",
            auto_creation_enabled=True,
            auto_creation_type="WebHook",
            auto_creation_conversation_service_sid=service,
            auto_creation_webhook_url=NOWHERE,
            auto_creation_webhook_method="POST",
            auto_creation_webhook_filters=["onParticipantAdded", "onMessageAdded"],
        ),
        kept,
    )
    mail = steps.step(
        "CreateConfigurationAddress",
        lambda: v1.address_configurations.create(type="email", address=mailbox),
        lambda result: require(result.type == "email" and result.address == mailbox, f"{result.type} {result.address}"),
    )
    address = sid(made, "IG")
    steps.step("FetchConfigurationAddress", lambda: v1.address_configurations(address).fetch(), kept)
    for key in (quote(proxy, safe=""), proxy):
        steps.step(
            "FetchConfigurationAddress",
            lambda key=key: v1.address_configurations(key).fetch(),
            lambda result: require(result.sid == address, f"the address as key led to {result.sid}, expected {address}"),
        )
    steps.step(
        "UpdateConfigurationAddress",
        lambda: v1.address_configurations(quote(proxy, safe="")).update(friendly_name="Front desk", auto_creation_enabled=False),
        lambda result: require(
            result.friendly_name == "Front desk" and result.auto_creation["enabled"] is False, "the update was not taken"
        ),
    )
    steps.pages("ListConfigurationAddress", v1.address_configurations, [address, sid(mail, "IG")])
    steps.step(
        "ListConfigurationAddress",
        lambda: v1.address_configurations.list(type="sms"),
        lambda found: require([one.sid for one in found] == [address], f"type=sms lists {[one.sid for one in found]}"),
    )
    for key in (address, mailbox):
        steps.step("DeleteConfigurationAddress", lambda key=key: v1.address_configurations(key).delete(), removed)
    steps.refused(
        "FetchConfigurationAddress",
        lambda: v1.address_configurations(address).fetch(),
        404,
        20404,
        f"/Configuration/Addresses/{address} was not found",
    )


def credentials(steps, v1):
    """Returns the SID of a credential that a push binding can use; `end_credentials` removes it."""
    made = steps.step(
        "CreateCredential",
        lambda: v1.credentials.create(type="FcM", friendly_name="Android", secret="a-server-key"),
        lambda result: require(result.type == "fcm" and result.friendly_name == "Android", f"{result.type} {result.friendly_name}"),
    )
    other = steps.step("CreateCredential", lambda: v1.credentials.create(type="gcm", api_key="another-key", sandbox=False))
    credential = sid(made, "CR")
    steps.step(
        "FetchCredential",
        lambda: v1.credentials(credential).fetch(),
        lambda _: require("a-server-key" not in steps.http.exchanges[-1].text, "the answer shows the secret"),
    )
    steps.step(
        "UpdateCredential",
        lambda: v1.credentials(credential).update(friendly_name="Phones"),
        lambda result: require(result.friendly_name == "Phones", f"friendly_name is {result.friendly_name!r}"),
    )
    steps.pages("ListCredential", v1.credentials, [credential, sid(other, "CR")])
    steps.step("DeleteCredential", lambda: v1.credentials(sid(other, "CR")).delete(), removed)
    return credential


def end_credentials(steps, v1, credential):
    steps.step("DeleteCredential", lambda: v1.credentials(credential).delete(), removed)
    steps.refused("FetchCredential", lambda: v1.credentials(credential).fetch(), 404, 20404)


def services(steps, v1, default):
    """Returns the SID of a service of its own; `end_services` removes it."""
    made = steps.step(
        "CreateService",
        lambda: v1.services.create(friendly_name="Zweigstelle"),
        lambda result: require(result.friendly_name == "Zweigstelle", f"friendly_name is {result.friendly_name!r}"),
    )
    service = sid(made, "IS")
    steps.step("FetchService", lambda: v1.services(service).fetch())
    steps.step("FetchService", lambda: v1.services(default).fetch())
    steps.pages("ListService", v1.services, [default, service])
    return service


def end_services(steps, v1, service):
    steps.step("DeleteService", lambda: v1.services(service).delete(), removed)
    steps.refused("FetchService", lambda: v1.services(service).fetch(), 404, 20404, f"/Services/{service} was not found")


def removed(result):
    require(result is True, f"the library took the removal's answer for {result!r}")
