// Made from docs/openapi.json by `npm run sdk:types`; never edited.

export interface paths {
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook endpoints */
        get: operations["listWebhooks"];
        put?: never;
        /** Create a webhook endpoint */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook endpoint */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint
         * @description History stays readable. Deliveries that wait are not sent any more and end as `skipped`.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook endpoint
         * @description A JSON merge patch: absent is unchanged, null removes. `is_active: true` also re-enables a disabled endpoint; `dead_letters_waiting` of that answer are ready for `POST /v1/dead-letters/retry`. `is_active: false` ends what waits as `skipped`.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a signed `webhook.ping` now
         * @description One request, recorded as a delivery, also to an endpoint that is off. What the receiver does is in the answer, which is 200 for a failure too. No retry follows, and health is not affected.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an endpoint another signing secret
         * @description Both secrets sign, the new one first, until the grace ends. A rotation within the grace of another ends the oldest secret at once: at most two live.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what is wrong with a rule
         * @description Takes the body of a creation. Nothing is saved.
         */
        post: operations["validateAlertRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready rules
         * @description Add whom to tell and create it; all of them are on one page.
         */
        get: operations["listAlertRulePresets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a rule that is not saved
         * @description With `event`, what it would do now; with `last`, what the newest stored events would have done, had the rule been there. Silences and `notify` are not asked. Nothing is saved or sent.
         */
        post: operations["testUnsavedAlertRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try an alert rule
         * @description With `event`, what it would do now; with `last`, what the newest stored events would have done, had the rule been there. Silences and `notify` are not asked. Nothing is saved or sent.
         */
        post: operations["testAlertRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List alert rules */
        get: operations["listAlertRules"];
        put?: never;
        /** Create an alert rule */
        post: operations["createAlertRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an alert rule */
        get: operations["getAlertRule"];
        put?: never;
        post?: never;
        /**
         * Delete an alert rule
         * @description History stays readable. Deliveries that wait are not sent any more and end as `skipped`.
         */
        delete: operations["deleteAlertRule"];
        options?: never;
        head?: never;
        /**
         * Change an alert rule
         * @description A JSON merge patch: absent is unchanged, null removes.
         */
        patch: operations["updateAlertRule"];
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List alerts: those that fire now, or those before */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an alert */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List silences */
        get: operations["listSilences"];
        put?: never;
        /**
         * Create a silence
         * @description Alerts that all its matchers fit are held back until it ends, each with a record.
         */
        post: operations["createSilence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/silences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a silence */
        get: operations["getSilence"];
        put?: never;
        post?: never;
        /** Delete a silence: it ends now */
        delete: operations["deleteSilence"];
        options?: never;
        head?: never;
        /**
         * Change a silence
         * @description A JSON merge patch. To end one now, delete it.
         */
        patch: operations["updateSilence"];
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List events */
        get: operations["listEvents"];
        put?: never;
        /**
         * Send an event
         * @description Answered once the event is durably held. `Idempotency-Key` is the id of an event that has none in its body.
         */
        post: operations["sendEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 500 events
         * @description Each entry stands alone: read its `status`. An entry that is `unavailable` was not accepted; send it again. After a 429 none was.
         */
        post: operations["sendEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event with the decisions and deliveries it led to */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the built-in event types
         * @description All of them are on one page. Others may be sent too; `custom.<name>` is the form for those.
         */
        get: operations["listEventTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a built-in event type with its schema and a sample */
        get: operations["getEventType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deliveries */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery with its attempts and body */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery once more
         * @description The stored body with the same `webhook-id` and a fresh timestamp and signature: one attempt, whatever the state of the rule. A success makes the delivery `succeeded`; a failure leaves it as it was. The endpoint's health is not affected. On a dead letter it is `retry`.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/bulk/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a retry or discard of many has come
         * @description For as long as Temporal keeps its workflow.
         */
        get: operations["getDeadLetterBulk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/bulk/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a retry or discard of many
         * @description What is under way goes on and ends by itself; what is left waits as before.
         */
        post: operations["cancelDeadLetterBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dead letters */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a dead letter */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a dead letter again, for a fresh round of its retry policy
         * @description The same as the signal `retry` to its workflow. The state of the rule does not matter.
         */
        post: operations["retryDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a dead letter up for good
         * @description The same as the signal `discard` to its workflow. During a retry it takes effect if that fails.
         */
        post: operations["discardDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again all waiting dead letters that match
         * @description At most 50 rounds at a time for each endpoint. Those parked after the request are not taken, nor those of an endpoint that is off.
         */
        post: operations["retryDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up for good all waiting dead letters that match
         * @description Those parked after the request are not taken, nor those that are being retried.
         */
        post: operations["discardDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deliveries over time, by what became of them, and how the namespace stands now
         * @description A delivery counts in the bucket in which it was made, with the status that it has now. Answers may be 3 seconds old, where counting takes long up to 30.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Be told what has changed in your namespace
         * @description Server-sent events: `event: change`, `data: {"kind": …}` with one of deliveries, dead_letters, alerts, events, webhooks, rules, silences, api_keys, of what the key may read, each once a second at most. Read the list anew; and all of them whenever the stream opens. It ends when the key or session does, and when the service stops: connect again.
         */
        get: operations["streamChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/temporal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List watched Temporal namespaces */
        get: operations["listTemporalSources"];
        put?: never;
        /**
         * Watch a Temporal namespace
         * @description Runs that close from now on, and those that go on for more than a minute, become events. The connection is tried: what is wrong for good is a 422, and a server that is away is watched as soon as it is back (`health: "failing"`).
         */
        post: operations["createTemporalSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/temporal/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a watched Temporal namespace */
        get: operations["getTemporalSource"];
        put?: never;
        post?: never;
        /**
         * Watch a Temporal namespace no longer
         * @description Its events and what they led to stay. Its credentials are removed.
         */
        delete: operations["deleteTemporalSource"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys, revoked ones too */
        get: operations["listApiKeys"];
        put?: never;
        /** Create an API key */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what is kept of an API key */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Every process refuses it within a second. It stays in the list, with the time.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I
         * @description Of the session, or of the key that the request has.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in with an API key
         * @description For browsers. The cookie stands for the key in every call, for 12 hours at most; it ends at once when the key is revoked or expires.
         */
        post: operations["createSession"];
        /** Sign out */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was done, by whom
         * @description Entries are added in the transaction of the change, and are never changed or removed.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives */
        get: operations["isAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether PostgreSQL and Temporal can be reached */
        get: operations["isReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This process's metrics, and those of the service that stand in PostgreSQL */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description, OpenAPI 3.1 */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/alert.v1.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Schema of what receivers get, the `dataschema` of a delivery's body */
        get: operations["getAlertSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Alert: {
            id: string;
            /** @enum {string} */
            status: "firing" | "resolved";
            rule_id: string;
            rule_name: string;
            rule_revision: number;
            /** @description The values of the rule's `per`, in words */
            key: string;
            dedup_key: string;
            /** @enum {string} */
            severity: "critical" | "error" | "warning" | "info";
            summary: string;
            value: number | null;
            threshold: number | null;
            /** @description What made it fire; null where it was the absence of an event */
            event_id: string | null;
            event_type: string | null;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            fired_at: string;
            resolved_at: string | null;
            resolve_reason: string | null;
            /** @description Why nobody was told, if so */
            held_reason: string | null;
        };
        AlertDetail: {
            id: string;
            /** @enum {string} */
            status: "firing" | "resolved";
            rule_id: string;
            rule_name: string;
            rule_revision: number;
            /** @description The values of the rule's `per`, in words */
            key: string;
            dedup_key: string;
            /** @enum {string} */
            severity: "critical" | "error" | "warning" | "info";
            summary: string;
            value: number | null;
            threshold: number | null;
            /** @description What made it fire; null where it was the absence of an event */
            event_id: string | null;
            event_type: string | null;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            fired_at: string;
            resolved_at: string | null;
            resolve_reason: string | null;
            /** @description Why nobody was told, if so */
            held_reason: string | null;
            /** @description With `event_id` it names what made it fire; null without one, or where that is not stored any more */
            event_source: string | null;
        };
        AlertPage: {
            items: components["schemas"]["Alert"][];
            next_cursor: string | null;
        };
        AlertRule: {
            id: string;
            name: string;
            /**
             * @description Exact types, `workflow.*`, or `*`; empty where the trigger names its own
             * @default []
             */
            event_types: string[];
            condition: string | null;
            /** @description Whom to tell */
            webhook_endpoint_ids: string[];
            /** @default true */
            is_active: boolean;
            /**
             * @default error
             * @enum {string}
             */
            severity: "critical" | "error" | "warning" | "info";
            /**
             * @description When it fires
             * @default {
             *       "kind": "event"
             *     }
             */
            trigger: components["schemas"]["Trigger"];
            /**
             * @description What resolves a `count` besides quiet
             * @default null
             */
            resolve: components["schemas"]["Resolve"] | null;
            /**
             * @description How often people are told
             * @default null
             */
            notify: components["schemas"]["Notify"] | null;
            /**
             * @description Overrides the endpoint's, field by field
             * @default null
             */
            retry_policy: components["schemas"]["RetryPolicy"] | null;
            /** @default null */
            description: string | null;
            /** @description Counts the changes of meaning */
            revision: number;
            /** @enum {string} */
            health: "ok" | "degraded";
            health_message: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        AlertRuleBacktest: {
            /** @description How many stored events were tried */
            events: number;
            /** @description How many of them count */
            matched: number;
            fired: number;
            /** @description The first 100, oldest first */
            firings: {
                /** @enum {string} */
                status: "notify" | "firing" | "resolved";
                /** Format: date-time */
                at: string;
                /** Format: date-time */
                started_at: string;
                key: string;
                /** @description What made it fire; null where it was the absence of an event */
                event_id: string | null;
                value: number | null;
                threshold: number | null;
                resolved_at: string | null;
                resolve_reason: string | null;
            }[];
            /** @description What the rule makes of each of the events, oldest first */
            decisions: {
                event_id: string;
                source: string;
                type: string;
                /** Format: date-time */
                received_at: string;
                /** @enum {string} */
                outcome: "matched" | "not_matched";
                /** @description As in the decisions of an event; `other_type`: the rule does not watch its type */
                reason: string;
                detail: string | null;
                /** @description Whether this event makes the rule fire */
                fires: boolean;
            }[];
            /** @description How many did not count, by reason */
            not_matched: {
                [key: string]: number;
            };
            notes: {
                code: string;
                count: number;
                detail: string;
            }[];
        };
        AlertRuleCreate: {
            name: string;
            /**
             * @description Exact types, `workflow.*`, or `*`; empty where the trigger names its own
             * @default []
             */
            event_types?: string[];
            /**
             * @description CEL over `event`, true or false; null: every event of these types
             * @default null
             */
            condition?: string | null;
            /** @description Whom to tell */
            webhook_endpoint_ids?: string[];
            /** @default true */
            is_active?: boolean;
            /**
             * @default error
             * @enum {string}
             */
            severity?: "critical" | "error" | "warning" | "info";
            /**
             * @description When it fires
             * @default {
             *       "kind": "event"
             *     }
             */
            trigger?: components["schemas"]["Trigger"];
            /**
             * @description What resolves a `count` besides quiet
             * @default null
             */
            resolve?: components["schemas"]["Resolve"] | null;
            /**
             * @description How often people are told
             * @default null
             */
            notify?: components["schemas"]["Notify"] | null;
            /**
             * @description Overrides the endpoint's, field by field
             * @default null
             */
            retry_policy?: components["schemas"]["RetryPolicy"] | null;
            /** @default null */
            description?: string | null;
            /** @description Instead of `event_types` */
            event_type?: string;
            /** @description Instead of `webhook_endpoint_ids` */
            webhook_endpoint_id?: string;
        };
        AlertRuleEventTest: {
            /** @enum {string} */
            outcome: "matched" | "not_matched";
            /** @description As in the decisions of an event; `other_type`: the rule does not watch its type */
            reason: string;
            detail: string | null;
            would_fire: boolean;
            /** @description Whether it would end what fires */
            would_resolve: boolean;
            /** @description The same in a sentence */
            why: string;
            /** @description What it is for the trigger */
            counts_as: ("match" | "reset" | "resolve" | "of" | "against" | "started" | "ended" | "seen")[];
            /** @description The values of the rule's `per`, in words; null where it keeps no state */
            key: string | null;
            value: number | null;
            threshold: number | null;
        };
        AlertRulePage: {
            items: components["schemas"]["AlertRule"][];
            next_cursor: string | null;
        };
        AlertRulePatch: {
            name?: string;
            /**
             * @description Exact types, `workflow.*`, or `*`; empty where the trigger names its own
             * @default []
             */
            event_types?: string[];
            /**
             * @description CEL over `event`, true or false; null: every event of these types
             * @default null
             */
            condition?: string | null;
            /** @description Whom to tell */
            webhook_endpoint_ids?: string[];
            /** @default true */
            is_active?: boolean;
            /**
             * @default error
             * @enum {string}
             */
            severity?: "critical" | "error" | "warning" | "info";
            /**
             * @description When it fires
             * @default {
             *       "kind": "event"
             *     }
             */
            trigger?: components["schemas"]["Trigger"];
            /**
             * @description What resolves a `count` besides quiet
             * @default null
             */
            resolve?: components["schemas"]["Resolve"] | null;
            /**
             * @description How often people are told
             * @default null
             */
            notify?: components["schemas"]["Notify"] | null;
            /**
             * @description Overrides the endpoint's, field by field
             * @default null
             */
            retry_policy?: components["schemas"]["RetryPolicy"] | null;
            /** @default null */
            description?: string | null;
            /** @description Instead of `event_types` */
            event_type?: string;
            /** @description Instead of `webhook_endpoint_ids` */
            webhook_endpoint_id?: string;
        };
        AlertRulePreset: {
            /** @description Stable */
            id: string;
            title: string;
            description: string;
            /** @description A body for `POST /v1/alert-rules`, all but `webhook_endpoint_id` or `webhook_endpoint_ids` */
            rule: {
                [key: string]: unknown;
            };
        };
        AlertRulePresetPage: {
            items: components["schemas"]["AlertRulePreset"][];
            next_cursor: string | null;
        };
        /** @description Either `event` or `last` */
        AlertRuleTest: {
            /** @description One event, as it would be sent */
            event?: components["schemas"]["ShortEvent"] | components["schemas"]["CloudEvent"];
            /** @description So many of the newest stored events of the namespace */
            last?: number;
        };
        AlertRuleVerdict: {
            valid: boolean;
            errors: {
                path: string;
                message: string;
                position?: number;
                suggestion?: string;
            }[];
        };
        ApiKey: {
            id: string;
            namespace: string;
            name: string;
            /** @description How the key begins */
            hint: string;
            scopes: ("webhooks:read" | "webhooks:write" | "rules:read" | "rules:write" | "events:write" | "deliveries:read" | "deliveries:write" | "admin")[];
            expires_at: string | null;
            /** @description To the minute */
            last_used_at: string | null;
            revoked_at: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
        };
        ApiKeyCreate: {
            name: string;
            /** @description `write` is `read` of the same too, `admin` is everything */
            scopes: ("webhooks:read" | "webhooks:write" | "rules:read" | "rules:write" | "events:write" | "deliveries:read" | "deliveries:write" | "admin")[];
            /**
             * @description From then on it is refused; null: never
             * @default null
             */
            expires_at?: string | null;
            /** @description With the operator's key only, which makes the namespace on first use; otherwise your own */
            namespace?: string;
        };
        ApiKeyCreated: {
            id: string;
            namespace: string;
            name: string;
            /** @description How the key begins */
            hint: string;
            scopes: ("webhooks:read" | "webhooks:write" | "rules:read" | "rules:write" | "events:write" | "deliveries:read" | "deliveries:write" | "admin")[];
            expires_at: string | null;
            /** @description To the minute */
            last_used_at: string | null;
            revoked_at: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** @description `exo_<8 characters>_<43 characters>` */
            key: string;
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKey"][];
            next_cursor: string | null;
        };
        AuditEntry: {
            id: string;
            /** @enum {string} */
            action: "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.secret_rotated" | "webhook.tested" | "webhook.disabled" | "alert_rule.created" | "alert_rule.updated" | "alert_rule.deleted" | "alert_rule.degraded" | "silence.created" | "silence.updated" | "silence.deleted" | "delivery.redelivered" | "dead_letter.retried" | "dead_letter.discarded" | "dead_letters.retried" | "dead_letters.discarded" | "dead_letters.cancelled" | "api_key.created" | "api_key.revoked" | "temporal_source.created" | "temporal_source.deleted";
            target: {
                /** @enum {string} */
                type: "webhook" | "alert_rule" | "silence" | "delivery" | "dead_letter" | "dead_letters" | "api_key" | "temporal_source";
                id: string;
                name: string | null;
            };
            /** @description The id of the key; `service`: the service of its own accord */
            actor: string;
            /** @description As answered in `x-exosphere-request-id` */
            request_id: string | null;
            /** @description As the API showed it; null for what was not there */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description As the API showed it; null for what is gone. `asked`: what was asked of a workflow */
            after: {
                [key: string]: unknown;
            } | null;
            /** Format: date-time */
            at: string;
        };
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            next_cursor: string | null;
        };
        /** @description A CloudEvents 1.0 event in JSON form; extensions are kept */
        CloudEvent: {
            /** @constant */
            specversion: "1.0";
            id?: string;
            source: string;
            type: string;
            subject?: string | null;
            time?: string | null;
            datacontenttype?: string | null;
            dataschema?: string | null;
            data?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /** @description Of a request with a key, without a session, both last are null */
        CurrentSession: {
            namespace: string;
            scopes: string[];
            /** @description null for the operator's key */
            key: {
                id: string;
                name: string;
            } | null;
            /** @description Whether it is the operator's key (EXOSPHERE_API_KEY) */
            bootstrap: boolean;
            expires_at: string | null;
            csrf_token: string | null;
        };
        DeadLetter: {
            /** @description The delivery's id */
            id: string;
            /**
             * @description `in_round`: a retry is under way
             * @enum {string}
             */
            status: "waiting" | "in_round" | "succeeded" | "discarded" | "skipped";
            reason: string;
            last_error: string | null;
            rounds: number;
            endpoint_id: string;
            endpoint_name: string;
            rule_id: string;
            rule_name: string;
            event_id: string;
            event_type: string;
            /** Format: date-time */
            parked_at: string;
            closed_at: string | null;
            closed_reason: string | null;
            /** @description Where `retry` and `discard` can be signalled */
            workflow: {
                id: string;
                url: string | null;
            };
        };
        DeadLetterBulk: {
            /** @description How many waited */
            matched: number;
            /** Format: date-time */
            counted_at: string;
            /** @description For `GET /v1/dead-letters/bulk/{id}`; null where nothing was started */
            id: string | null;
            /** @description Where its progress is seen and where it can be cancelled; null where nothing matched */
            workflow: {
                id: string;
                url: string | null;
            } | null;
        };
        DeadLetterBulkCancel: {
            id: string;
            /** @constant */
            status: "accepted";
        };
        DeadLetterBulkProgress: {
            id: string;
            /** @enum {string} */
            phase: "running" | "cancelled" | "completed";
            /** @description How many waited when it was asked for */
            matched: number;
            /** @description Delivered, discarded, or closed since in another way */
            done: number;
            /** @description Retried, failed again, and waiting again */
            failed: number;
            /** @description Not retried, for their endpoint is off */
            refused: number;
            under_way: number;
            left: number;
            workflow: {
                id: string;
                url: string | null;
            };
        };
        DeadLetterDecision: {
            id: string;
            /** @constant */
            status: "accepted";
        };
        /** @description All that is given must hold; `{}` is every waiting one of the namespace */
        DeadLetterFilter: {
            /** @description Those of this endpoint */
            endpoint_id?: string;
            /** @description Those of this rule */
            rule_id?: string;
            /** @description Those that were given up for this reason, as the list shows it */
            reason?: string;
            /**
             * Format: date-time
             * @description Made at or after
             */
            since?: string;
            /**
             * Format: date-time
             * @description Made before
             */
            until?: string;
            /** @description These alone; one that does not wait is left out */
            ids?: string[];
            /**
             * Format: date-time
             * @description Those that waited at this time already: `counted_at` of a dry run, so that no more are taken than were counted. Now if absent
             */
            parked_before?: string;
        };
        DeadLetterPage: {
            items: components["schemas"]["DeadLetter"][];
            next_cursor: string | null;
        };
        Delivery: {
            id: string;
            /** @enum {string} */
            status: "pending" | "retrying" | "succeeded" | "dead_lettered" | "discarded" | "skipped" | "suppressed";
            /** @description Why it is not, or not yet, delivered */
            reason: string | null;
            event_id: string;
            event_source: string;
            event_type: string;
            alert_id: string;
            rule_id: string;
            rule_name: string;
            rule_revision: number;
            endpoint_id: string;
            endpoint_name: string;
            attempt_count: number;
            /** @description 1, and one more for each person's retry */
            round: number;
            last_status_code: number | null;
            last_error: string | null;
            next_attempt_at: string | null;
            /** @description What put it off to `next_attempt_at`, where it was not the retry policy; no attempt is used up. `earlier_message`: one of the same alert has to arrive first */
            waits_for: ("circuit" | "rate_limit" | "earlier_message") | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            completed_at: string | null;
        };
        DeliveryDetail: {
            id: string;
            /** @enum {string} */
            status: "pending" | "retrying" | "succeeded" | "dead_lettered" | "discarded" | "skipped" | "suppressed";
            /** @description Why it is not, or not yet, delivered */
            reason: string | null;
            event_id: string;
            event_source: string;
            event_type: string;
            alert_id: string;
            rule_id: string;
            rule_name: string;
            rule_revision: number;
            endpoint_id: string;
            endpoint_name: string;
            attempt_count: number;
            /** @description 1, and one more for each person's retry */
            round: number;
            last_status_code: number | null;
            last_error: string | null;
            next_attempt_at: string | null;
            /** @description What put it off to `next_attempt_at`, where it was not the retry policy; no attempt is used up. `earlier_message`: one of the same alert has to arrive first */
            waits_for: ("circuit" | "rate_limit" | "earlier_message") | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            completed_at: string | null;
            attempts: {
                number: number;
                /** Format: date-time */
                started_at: string;
                duration_ms: number | null;
                status_code: number | null;
                /** @description `success`, `http_error`, `timeout`, `network`, `tls`, `blocked`, `invalid_url` or `interrupted`; null while in flight */
                outcome: string | null;
                error: string | null;
                response_excerpt: string | null;
            }[];
            /** @description What the latest attempt was sent with, or the first will be, by the present settings of its endpoint, `webhook-timestamp` to a second or so; null where it is deleted */
            request: {
                /** @constant */
                method: "POST";
                /** @description As `GET /v1/webhooks/{id}` shows it; null without `webhooks:read` */
                url: string | null;
                /** @description Secrets are masked; own ones not without `webhooks:read` */
                headers: {
                    [key: string]: string;
                };
            } | null;
            /** @description What is sent, parsed; a routing key is masked */
            body: unknown;
            /** @description The workflow that made the latest attempt, in the Temporal Web UI; null for a test-send, which has none */
            workflow: {
                id: string;
                run_id: string | null;
                url: string | null;
            } | null;
        };
        DeliveryPage: {
            items: components["schemas"]["Delivery"][];
            next_cursor: string | null;
        };
        Event: {
            /** @description The sender's id */
            id: string;
            source: string;
            type: string;
            subject: string | null;
            /** Format: date-time */
            time: string;
            /** Format: date-time */
            received_at: string;
            /**
             * @description `rejected`: it entered by Temporal alone and is not valid
             * @enum {string}
             */
            status: "recorded" | "rejected";
            reason: string | null;
            /** @description The API key that sent it; `temporal` if it entered by Temporal alone, `service` if it is the service's own */
            accepted_by: string;
        };
        EventAccepted: {
            id: string;
            /** @enum {string} */
            status: "accepted" | "duplicate";
        };
        EventBatch: {
            events: (components["schemas"]["ShortEvent"] | components["schemas"]["CloudEvent"])[];
        };
        EventBatchAccepted: {
            items: {
                id: string | null;
                /** @enum {string} */
                status: "accepted" | "duplicate" | "rejected" | "unavailable";
                error?: {
                    code: string;
                    detail: string;
                    errors: {
                        path: string;
                        message: string;
                    }[];
                };
            }[];
        };
        EventDetail: {
            /** @description The sender's id */
            id: string;
            source: string;
            type: string;
            subject: string | null;
            /** Format: date-time */
            time: string;
            /** Format: date-time */
            received_at: string;
            /**
             * @description `rejected`: it entered by Temporal alone and is not valid
             * @enum {string}
             */
            status: "recorded" | "rejected";
            reason: string | null;
            /** @description The API key that sent it; `temporal` if it entered by Temporal alone, `service` if it is the service's own */
            accepted_by: string;
            /** @description As received */
            data: unknown;
            extensions: {
                [key: string]: unknown;
            };
            /** @description The workflow that recorded it and asked the rules, in the Temporal Web UI */
            workflow: {
                id: string;
                run_id: string | null;
                url: string | null;
            };
            /** @description What each rule that watches this type decided, and why */
            decisions: {
                rule_id: string;
                rule_name: string;
                revision: number;
                /** @enum {string} */
                outcome: "matched" | "not_matched";
                reason: string;
                detail?: string;
            }[];
            /** @description The first 200 */
            deliveries: components["schemas"]["Delivery"][];
            /** @description What was held back, and why; the first 200 */
            suppressions: components["schemas"]["Suppression"][];
        };
        EventPage: {
            items: components["schemas"]["Event"][];
            next_cursor: string | null;
        };
        EventType: {
            type: string;
            description: string;
            /** @description Whether only the service itself sends it */
            reserved: boolean;
            /** @description JSON Schema of such an event in the short form */
            schema: {
                [key: string]: unknown;
            };
            /** @description Such an event, in the short form */
            sample: {
                [key: string]: unknown;
            };
        };
        EventTypePage: {
            items: components["schemas"]["EventType"][];
            next_cursor: string | null;
        };
        /** @description Bounds on how often people are told; what is held back is recorded */
        Notify: {
            /** @description After a firing was told, none of the same key is for so long; 1s to 7d */
            cooldown?: string;
            /** @description Told again while it still fires; 1s to 7d */
            repeat_every?: string;
            /** @description Messages of the whole rule in any hour; a resolved one for what was told comes on top */
            max_per_hour?: number;
        };
        /** @description RFC 9457 problem details */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Stable; branch on this */
            code: string;
            errors: {
                path: string;
                message: string;
                position?: number;
                suggestion?: string;
            }[];
        };
        RateLimit: {
            per_second: number;
        };
        Readiness: {
            /** @enum {string} */
            status: "ready" | "not_ready";
            /** @enum {string} */
            postgresql: "ok" | "away";
            /** @enum {string} */
            temporal: "ok" | "away";
        };
        Redelivery: {
            id: string;
            /** @constant */
            status: "accepted";
        };
        /** @description What resolves the alert of a `count` rule besides quiet for `window` */
        Resolve: {
            /** @description Any of these with the same `per` values resolves the alert */
            on: string | string[];
        };
        /** @description When and how long a failed delivery is tried again. */
        RetryPolicy: {
            /**
             * @description Wait before the first retry, 1s to 1h.
             * @default 5s
             */
            initial_interval?: string;
            /**
             * @description Each wait is this many times the one before.
             * @default 4
             */
            backoff_coefficient?: number;
            /**
             * @description No wait is longer; from initial_interval to 24h.
             * @default 12h
             */
            maximum_interval?: string;
            /**
             * @description Attempts in a round; the first try counts.
             * @default 10
             */
            maximum_attempts?: number;
            /**
             * @description No attempt starts later than this after the round began, at most 7d.
             * @default 3d
             */
            maximum_elapsed?: string;
            /**
             * @description Each wait is multiplied by a random number from 1 - jitter to 1 + jitter.
             * @default 0.2
             */
            jitter?: number;
            /** @description The waits themselves, each 1s to 24h, in place of initial_interval, backoff_coefficient, maximum_interval and maximum_attempts (which is then its length + 1). */
            schedule?: string[];
            /**
             * @description How long one attempt may take.
             * @default {
             *       "connect": "5s",
             *       "request": "15s"
             *     }
             */
            timeout?: {
                /**
                 * @description Time to connect, TLS included, 1s to 10s.
                 * @default 5s
                 */
                connect?: string;
                /**
                 * @description Time for the whole attempt, 1s to 30s.
                 * @default 15s
                 */
                request?: string;
            };
            /**
             * @description Wait at least as long as Retry-After of a 429 or 503 asks.
             * @default true
             */
            respect_retry_after?: boolean;
            /**
             * @description A longer Retry-After counts as this, at most 24h.
             * @default 1h
             */
            maximum_retry_after?: string;
            /**
             * @description Failures that are retried; what is not named is final.
             * @default [
             *       "3xx",
             *       "4xx",
             *       "5xx",
             *       "timeout",
             *       "network",
             *       "tls"
             *     ]
             */
            retry_on?: string[];
            /**
             * @description Failures that are final. It wins over retry_on, but an exact code there beats a class here: ["4xx"] with retry_on ["429"] still retries 429.
             * @default [
             *       "410"
             *     ]
             */
            never_retry?: string[];
        };
        SecretRotation: {
            /** @description `whsec_` and base64 of 24–64 bytes; made if absent */
            secret?: string;
            /**
             * @description For so long the secret of before signs too; 0: it ends at once
             * @default 86400
             */
            grace_seconds?: number;
        };
        Session: {
            namespace: string;
            scopes: string[];
            /** @description null for the operator's key */
            key: {
                id: string;
                name: string;
            } | null;
            /** @description Whether it is the operator's key (EXOSPHERE_API_KEY) */
            bootstrap: boolean;
            /** Format: date-time */
            expires_at: string;
            /** @description To be sent as `x-exosphere-csrf` with everything but GET */
            csrf_token: string;
        };
        /** @description The short form of an event */
        ShortEvent: {
            type: string;
            /** @description What happened; kept and sent on as received */
            data: {
                [key: string]: unknown;
            };
            /** @description Identifies the event within its source; made if absent */
            id?: string;
            /** @description Where it happened; `/namespaces/{namespace}` if absent */
            source?: string;
            subject?: string;
            /** Format: date-time */
            occurred_at?: string;
        };
        Silence: {
            id: string;
            /** @description An alert is silenced if all of these match */
            matchers: {
                /** @description A rule's id, exact */
                rule_id?: string;
                /** @description exact, or with * for any characters */
                rule_name?: string;
                /** @description `data.graph_name` of the event; exact, or with * for any characters */
                graph_name?: string;
                /** @description `data.labels` of the event, each of these; values exact, or with * for any characters */
                labels?: {
                    [key: string]: string;
                };
            };
            /** Format: date-time */
            starts_at: string;
            /** Format: date-time */
            ends_at: string;
            comment: string | null;
            /** @description Whether it holds back now */
            is_active: boolean;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        SilenceCreate: components["schemas"]["SilenceWrite"];
        SilencePage: {
            items: components["schemas"]["Silence"][];
            next_cursor: string | null;
        };
        SilencePatch: {
            /** @description An alert is silenced if all of these match */
            matchers?: {
                /** @description A rule's id, exact */
                rule_id?: string;
                /** @description exact, or with * for any characters */
                rule_name?: string;
                /** @description `data.graph_name` of the event; exact, or with * for any characters */
                graph_name?: string;
                /** @description `data.labels` of the event, each of these; values exact, or with * for any characters */
                labels?: {
                    [key: string]: string;
                };
            };
            /**
             * Format: date-time
             * @description When it is created, if absent
             */
            starts_at?: string;
            /**
             * Format: date-time
             * @description Required: silences that nobody ends hide what is broken
             */
            ends_at?: string;
            /**
             * @description Why
             * @default null
             */
            comment?: string | null;
        };
        /** @description Holds back messages of matching alerts for a time */
        SilenceWrite: {
            /** @description An alert is silenced if all of these match */
            matchers: {
                /** @description A rule's id, exact */
                rule_id?: string;
                /** @description exact, or with * for any characters */
                rule_name?: string;
                /** @description `data.graph_name` of the event; exact, or with * for any characters */
                graph_name?: string;
                /** @description `data.labels` of the event, each of these; values exact, or with * for any characters */
                labels?: {
                    [key: string]: string;
                };
            };
            /**
             * Format: date-time
             * @description When it is created, if absent
             */
            starts_at?: string;
            /**
             * Format: date-time
             * @description Required: silences that nobody ends hide what is broken
             */
            ends_at: string;
            /**
             * @description Why
             * @default null
             */
            comment?: string | null;
        };
        Stats: {
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            bucket: string;
            /** @description All of the period, empty ones too; they begin at whole multiples of `bucket` in UTC */
            buckets: {
                /** Format: date-time */
                start: string;
                counts: {
                    pending: number;
                    retrying: number;
                    succeeded: number;
                    dead_lettered: number;
                    discarded: number;
                    skipped: number;
                    suppressed: number;
                };
                total: number;
                attempts: number;
                /** @description Milliseconds from acceptance to success, of those that succeeded; null: none did */
                latency_ms: {
                    p50: number;
                    p95: number;
                    p99: number;
                } | null;
            }[];
            totals: {
                counts: {
                    pending: number;
                    retrying: number;
                    succeeded: number;
                    dead_lettered: number;
                    discarded: number;
                    skipped: number;
                    suppressed: number;
                };
                total: number;
                attempts: number;
                /** @description Of those that succeeded or were given up (`dead_lettered`, `discarded`), the share that succeeded */
                success_rate: number | null;
                /** @description Milliseconds from acceptance to success, of those that succeeded; null: none did */
                latency_ms: {
                    p50: number;
                    p95: number;
                    p99: number;
                } | null;
            };
            /** @description With `group_by=endpoint`: those with the most deliveries, 200 at most, without empty buckets */
            endpoints?: {
                endpoint_id: string;
                counts: {
                    pending: number;
                    retrying: number;
                    succeeded: number;
                    dead_lettered: number;
                    discarded: number;
                    skipped: number;
                    suppressed: number;
                };
                total: number;
                attempts: number;
                buckets: {
                    /** Format: date-time */
                    start: string;
                    counts: {
                        pending: number;
                        retrying: number;
                        succeeded: number;
                        dead_lettered: number;
                        discarded: number;
                        skipped: number;
                        suppressed: number;
                    };
                    total: number;
                    attempts: number;
                }[];
            }[];
            now: {
                /** @description Counted up to 100,000 */
                dead_letters_waiting: number;
                failing_endpoints: number;
                /** @description By the service */
                disabled_endpoints: number;
                firing_alerts: number;
                /** @description Seconds that the oldest `pending` delivery has waited */
                oldest_pending_s: number | null;
            };
        };
        Suppression: {
            delivery_id: string;
            rule_id: string;
            rule_name: string;
            endpoint_id: string;
            reason: string;
        };
        TemporalSource: {
            id: string;
            name: string;
            address: string;
            /** @description The Temporal namespace */
            namespace: string;
            query: string | null;
            /** @description false: plain text */
            tls: false | components["schemas"]["TemporalSourceShownTls"];
            /** @description How the key ends */
            api_key_hint: string | null;
            ui_url: string | null;
            /**
             * @description Of the latest try: `failing` says why in `last_error`
             * @enum {string}
             */
            health: "starting" | "ok" | "failing";
            /** @description The field that it is about, and the remedy */
            last_error: string | null;
            failing_since: string | null;
            /** @description When it was last looked at with success */
            last_polled_at: string | null;
            /** @description What has closed until then has been told, by the clock of that cluster */
            closed_through: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        TemporalSourceCreate: {
            name: string;
            /** @description The Temporal namespace that is watched; in Temporal Cloud with its account: `prod.a2dd6` */
            namespace: string;
            /**
             * @description A list filter, which narrows what is watched: `WorkflowType = "Order"`
             * @default null
             */
            query?: string | null;
            /** @description Of Temporal Cloud; one that may only read is enough. Never shown */
            api_key?: string;
            /**
             * @description Its Web UI, for links in alerts; known for Temporal Cloud
             * @default null
             */
            ui_url?: string | null;
            /** @description `host:port` of its frontend (gRPC), IPv6 in brackets; port 7233 if left out */
            address: string;
            /** @description How it is reached: by TLS or in plain text. An object is TLS with what belongs to it. Default: true with an `api_key` */
            tls?: boolean | components["schemas"]["TemporalSourceTls"];
        };
        TemporalSourcePage: {
            items: components["schemas"]["TemporalSource"][];
            next_cursor: string | null;
        };
        TemporalSourceShownTls: {
            server_name: string | null;
            ca: string | null;
            client_cert: string | null;
        };
        TemporalSourceTls: {
            /** @description The name in the server's certificate, where the address has another one */
            server_name?: string;
            /** @description PEM: the authority of the server's certificate, where it is your own */
            ca?: string;
            /** @description PEM: the certificate that we show the server (mTLS) */
            client_cert?: string;
            /** @description PEM: its private key; never shown */
            client_key?: string;
        };
        /** @description When a rule fires, and what of */
        Trigger: {
            /** @constant */
            kind: "event";
        } | {
            /** @constant */
            kind: "count";
            threshold: number;
            /** @description 1s to 7d */
            window: string;
            /**
             * @description Fields whose values are watched apart; empty: all events together
             * @default []
             */
            per: string[];
        } | {
            /** @constant */
            kind: "consecutive";
            threshold: number;
            /** @description What ends a row of matches; it needs the same `per` values only */
            reset_on: string | string[];
            /**
             * @description Fields whose values are watched apart; empty: all events together
             * @default []
             */
            per: string[];
        } | {
            /** @constant */
            kind: "ratio";
            /** @description What the share is of; among `against` */
            of: string | string[];
            /** @description All that is counted */
            against: string | string[];
            /** @description Fires at this share and above; either this or `below` */
            at_least?: number;
            /** @description Fires below this share; either this or `at_least` */
            below?: number;
            /** @description 1s to 7d; counted in 60 steps */
            window: string;
            /**
             * @description Does not fire on fewer events than this
             * @default 5
             */
            min_samples: number;
            /**
             * @description Fields whose values are watched apart; empty: all events together
             * @default []
             */
            per: string[];
        } | {
            /** @constant */
            kind: "duration";
            /** @description 1s to 30d */
            longer_than: string;
            /** @default workflow.started */
            started: string | string[];
            /**
             * @default [
             *       "workflow.succeeded",
             *       "workflow.failed",
             *       "workflow.cancelled"
             *     ]
             */
            ended: string | string[];
            /**
             * @description The field that names a run
             * @default event.data.run_id
             */
            key: string;
        } | {
            /** @constant */
            kind: "absence";
            /** @description What is missed */
            of: string | string[];
            /** @description 1s to 30d; either this or `by` */
            within?: string;
            /** @description A time of day, HH:MM in `timezone`: there must have been one since local midnight ("00:00": the day before) */
            by?: string;
            /** @description An IANA name; with `by` */
            timezone?: string;
            /** @description 1s to 12h, waited for beyond the limit */
            grace?: string;
            /**
             * @description Fields whose values are watched apart; empty: all events together
             * @default []
             */
            per: string[];
        };
        /** @description Either `event` or `last` */
        UnsavedAlertRuleTest: {
            rule: {
                name?: string;
                /**
                 * @description Exact types, `workflow.*`, or `*`; empty where the trigger names its own
                 * @default []
                 */
                event_types?: string[];
                /**
                 * @description CEL over `event`, true or false; null: every event of these types
                 * @default null
                 */
                condition?: string | null;
                /** @description Whom to tell */
                webhook_endpoint_ids?: string[];
                /** @default true */
                is_active?: boolean;
                /**
                 * @default error
                 * @enum {string}
                 */
                severity?: "critical" | "error" | "warning" | "info";
                /**
                 * @description When it fires
                 * @default {
                 *       "kind": "event"
                 *     }
                 */
                trigger?: components["schemas"]["Trigger"];
                /**
                 * @description What resolves a `count` besides quiet
                 * @default null
                 */
                resolve?: components["schemas"]["Resolve"] | null;
                /**
                 * @description How often people are told
                 * @default null
                 */
                notify?: components["schemas"]["Notify"] | null;
                /**
                 * @description Overrides the endpoint's, field by field
                 * @default null
                 */
                retry_policy?: components["schemas"]["RetryPolicy"] | null;
                /** @default null */
                description?: string | null;
                /** @description Instead of `event_types` */
                event_type?: string;
                /** @description Instead of `webhook_endpoint_ids` */
                webhook_endpoint_id?: string;
            };
            /** @description One event, as it would be sent */
            event?: components["schemas"]["ShortEvent"] | components["schemas"]["CloudEvent"];
            /** @description So many of the newest stored events of the namespace */
            last?: number;
        };
        Webhook: {
            id: string;
            name: string;
            /** @enum {string} */
            kind: "http" | "slack" | "pagerduty" | "discord" | "teams";
            /** @description For kinds other than `http` its origin, `/…` and its last 4 characters */
            target_url: string;
            /** @description Values are masked */
            headers: {
                [key: string]: string;
            };
            is_active: boolean;
            /**
             * @description The service's verdict
             * @enum {string}
             */
            health: "healthy" | "failing" | "disabled";
            disabled_reason: string | null;
            secret_hint: string;
            retry_policy: components["schemas"]["RetryPolicy"] | null;
            rate_limit: components["schemas"]["RateLimit"] | null;
            description: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        WebhookCreate: {
            name: string;
            /** @description Where to POST: https, or http if the operator allows it; required but for `pagerduty` */
            target_url?: string;
            /** @description The integration key of a `pagerduty` endpoint; never shown */
            routing_key?: string;
            /**
             * @description Sent with every request; shown masked
             * @default {}
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * @description Your own switch: off, and its deliveries are skipped
             * @default true
             */
            is_active?: boolean;
            /**
             * @description How failed deliveries are retried; null: the defaults
             * @default null
             */
            retry_policy?: components["schemas"]["RetryPolicy"] | null;
            /**
             * @description How many requests a second may be sent; what is more waits for its turn. null: no limit
             * @default null
             */
            rate_limit?: components["schemas"]["RateLimit"] | null;
            /** @default null */
            description?: string | null;
            /**
             * @description What the receiver is; cannot be changed later
             * @default http
             * @enum {string}
             */
            kind?: "http" | "slack" | "pagerduty" | "discord" | "teams";
            /** @description `whsec_` and base64 of 24–64 bytes; made if absent */
            secret?: string;
        };
        WebhookCreated: {
            id: string;
            name: string;
            /** @enum {string} */
            kind: "http" | "slack" | "pagerduty" | "discord" | "teams";
            /** @description For kinds other than `http` its origin, `/…` and its last 4 characters */
            target_url: string;
            /** @description Values are masked */
            headers: {
                [key: string]: string;
            };
            is_active: boolean;
            /**
             * @description The service's verdict
             * @enum {string}
             */
            health: "healthy" | "failing" | "disabled";
            disabled_reason: string | null;
            secret_hint: string;
            retry_policy: components["schemas"]["RetryPolicy"] | null;
            rate_limit: components["schemas"]["RateLimit"] | null;
            description: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Shown here and never again */
            secret: string;
        };
        WebhookPage: {
            items: components["schemas"]["Webhook"][];
            next_cursor: string | null;
        };
        WebhookPatch: {
            name?: string;
            /** @description Where to POST: https, or http if the operator allows it */
            target_url?: string;
            /** @description The integration key of a `pagerduty` endpoint; never shown */
            routing_key?: string;
            /**
             * @description Sent with every request; shown masked
             * @default {}
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * @description Your own switch: off, and its deliveries are skipped
             * @default true
             */
            is_active?: boolean;
            /**
             * @description How failed deliveries are retried; null: the defaults
             * @default null
             */
            retry_policy?: components["schemas"]["RetryPolicy"] | null;
            /**
             * @description How many requests a second may be sent; what is more waits for its turn. null: no limit
             * @default null
             */
            rate_limit?: components["schemas"]["RateLimit"] | null;
            /** @default null */
            description?: string | null;
        };
        WebhookPatched: {
            id: string;
            name: string;
            /** @enum {string} */
            kind: "http" | "slack" | "pagerduty" | "discord" | "teams";
            /** @description For kinds other than `http` its origin, `/…` and its last 4 characters */
            target_url: string;
            /** @description Values are masked */
            headers: {
                [key: string]: string;
            };
            is_active: boolean;
            /**
             * @description The service's verdict
             * @enum {string}
             */
            health: "healthy" | "failing" | "disabled";
            disabled_reason: string | null;
            secret_hint: string;
            retry_policy: components["schemas"]["RetryPolicy"] | null;
            rate_limit: components["schemas"]["RateLimit"] | null;
            description: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Where it was off or disabled and is not any more: what `POST /v1/dead-letters/retry` sends again */
            dead_letters_waiting?: number;
        };
        WebhookRotated: {
            id: string;
            name: string;
            /** @enum {string} */
            kind: "http" | "slack" | "pagerduty" | "discord" | "teams";
            /** @description For kinds other than `http` its origin, `/…` and its last 4 characters */
            target_url: string;
            /** @description Values are masked */
            headers: {
                [key: string]: string;
            };
            is_active: boolean;
            /**
             * @description The service's verdict
             * @enum {string}
             */
            health: "healthy" | "failing" | "disabled";
            disabled_reason: string | null;
            secret_hint: string;
            retry_policy: components["schemas"]["RetryPolicy"] | null;
            rate_limit: components["schemas"]["RateLimit"] | null;
            description: string | null;
            created_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Shown here and never again */
            secret: string;
            /** @description Until then the secret of before signs too */
            previous_secret_until: string | null;
        };
        WebhookTest: {
            delivery_id: string;
            /** @description As of an attempt: `success`, `http_error`, `timeout`, … */
            outcome: string;
            status_code: number | null;
            duration_ms: number;
            error: string | null;
            response_excerpt: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Those with this in their name, in whatever case */
                name?: string;
                /** @description Those of this kind */
                kind?: "http" | "slack" | "pagerduty" | "discord" | "teams";
                /** @description Those of this health */
                health?: "healthy" | "failing" | "disabled";
                /** @description `false`: those that a person has switched off */
                is_active?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            /** @description Created; the secret is in this answer and in no other */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookCreated"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
                "application/merge-patch+json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            /** @description The changed endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPatched"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description The new secret is in this answer and in no other */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRotated"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `webhooks:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validateAlertRule: {
        parameters: {
            query?: {
                /** @description The rule whose place it is to take: its name is not taken then */
                rule_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRuleCreate"];
            };
        };
        responses: {
            /** @description One entry in `errors` for each bad field; none: it can be saved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleVerdict"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlertRulePresets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRulePresetPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testUnsavedAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnsavedAlertRuleTest"];
            };
        };
        responses: {
            /** @description What would have fired, and why not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleEventTest"] | components["schemas"]["AlertRuleBacktest"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRuleTest"];
            };
        };
        responses: {
            /** @description What would have fired, and why not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleEventTest"] | components["schemas"]["AlertRuleBacktest"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlertRules: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Those with this in their name, in whatever case */
                name?: string;
                /** @description Those that tell this endpoint */
                endpoint_id?: string;
                /** @description Those that watch this type, by patterns too */
                event_type?: string;
                health?: "ok" | "degraded";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRulePage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRuleCreate"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAlertRule: {
        parameters: {
            query?: {
                /** @description Where the rule is at another revision nothing is changed, and the answer is 409 `revision_conflict` */
                if_revision?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRulePatch"];
                "application/merge-patch+json": components["schemas"]["AlertRulePatch"];
            };
        };
        responses: {
            /** @description The changed rule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Made at or after */
                since?: string;
                /** @description Made before */
                until?: string;
                /** @description What fires now, unless you ask for more */
                status?: "firing" | "resolved" | "all";
                severity?: "critical" | "error" | "warning" | "info";
                rule_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertDetail"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSilences: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Those that hold back now, or those that do not */
                active?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilencePage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSilence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SilenceCreate"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The silence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SilencePatch"];
                "application/merge-patch+json": components["schemas"]["SilencePatch"];
            };
        };
        responses: {
            /** @description The changed silence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `rules:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Made at or after */
                since?: string;
                /** @description Made before */
                until?: string;
                /** @description The sender's id; several sources may have used it */
                id?: string;
                type?: string;
                source?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShortEvent"] | components["schemas"]["CloudEvent"];
                "application/cloudevents+json": components["schemas"]["ShortEvent"] | components["schemas"]["CloudEvent"];
            };
        };
        responses: {
            /** @description Accepted, or known already */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventAccepted"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `events:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventBatch"];
            };
        };
        responses: {
            /** @description One item for each event, in order */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventBatchAccepted"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `events:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: {
                /** @description Where several sources used this id */
                source?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDetail"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTypePage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Made at or after */
                since?: string;
                /** @description Made before */
                until?: string;
                status?: "pending" | "retrying" | "succeeded" | "dead_lettered" | "discarded" | "skipped" | "suppressed";
                endpoint_id?: string;
                rule_id?: string;
                /** @description Of one alert; with its `rule_id`, and `since` its beginning, it is found soon */
                alert_id?: string;
                event_id?: string;
                event_type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Redelivery"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetterBulk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterBulkProgress"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDeadLetterBulk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterBulkCancel"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Made at or after */
                since?: string;
                /** @description Made before */
                until?: string;
                /** @description Absent: those that wait or are being retried */
                status?: "waiting" | "in_round" | "succeeded" | "discarded" | "skipped";
                endpoint_id?: string;
                rule_id?: string;
                /** @description Why it was given up: `maximum_attempts`, `http_410`, … */
                reason?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Kept with the dead letter */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDecision"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Kept with the dead letter */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDecision"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDeadLetters: {
        parameters: {
            query?: {
                /** @description `true`: nothing is done but counting */
                dry_run?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeadLetterFilter"];
            };
        };
        responses: {
            /** @description Counted alone (`dry_run`) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterBulk"];
                };
            };
            /** @description Under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterBulk"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetters: {
        parameters: {
            query?: {
                /** @description `true`: nothing is done but counting */
                dry_run?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeadLetterFilter"];
            };
        };
        responses: {
            /** @description Counted alone (`dry_run`) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterBulk"];
                };
            };
            /** @description Under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterBulk"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:write` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: {
                /** @description Made at or after; 24 hours before `until` if absent */
                since?: string;
                /** @description Made before; now if absent */
                until?: string;
                /** @description `1m`, `5m`, `1h`, `1d`, …: 400 of them at most */
                bucket?: string;
                endpoint_id?: string;
                rule_id?: string;
                /** @description Each endpoint apart, too */
                group_by?: "endpoint";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `deliveries:read` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamChanges: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTemporalSources: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporalSourcePage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTemporalSource: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemporalSourceCreate"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporalSource"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTemporalSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporalSource"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTemporalSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            /** @description Created; the key is in this answer and in no other */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked, now or before */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in your namespace */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whom the request is of */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentSession"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    api_key: string;
                };
            };
        };
        responses: {
            /** @description Signed in; `Set-Cookie` has the session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cookie is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description By a session, without its CSRF token or from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description Rows of a page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Made at or after */
                since?: string;
                /** @description Made before */
                until?: string;
                action?: "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.secret_rotated" | "webhook.tested" | "webhook.disabled" | "alert_rule.created" | "alert_rule.updated" | "alert_rule.deleted" | "alert_rule.degraded" | "silence.created" | "silence.updated" | "silence.deleted" | "delivery.redelivered" | "dead_letter.retried" | "dead_letter.discarded" | "dead_letters.retried" | "dead_letters.discarded" | "dead_letters.cancelled" | "api_key.created" | "api_key.revoked" | "temporal_source.created" | "temporal_source.deleted";
                target_type?: "webhook" | "alert_rule" | "silence" | "delivery" | "dead_letter" | "dead_letters" | "api_key" | "temporal_source";
                target_id?: string;
                /** @description The id of a key, or `service` */
                actor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description The request cannot be read: malformed JSON, a broken path or encoding */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description What to send a key as */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key lacks the scope `admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed but invalid: one entry in `errors` for each bad field */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many at once, or too many bad API keys from your address; see `Retry-After` */
            429: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After` */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It lives */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description At least one does not, or the process is stopping */
            503: {
                headers: {
                    /** @description Seconds after which to repeat the request */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus's text format */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getAlertSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON Schema */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
}
