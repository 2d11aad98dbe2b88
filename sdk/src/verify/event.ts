import type { CommonData } from '../events.ts';

/** What an endpoint of kind `http` gets: CloudEvents 1.0 in JSON. */
export interface WebhookEvent<Data = CommonData> {
  specversion: '1.0';
  /** The delivery's id, the same on every attempt (`webhook-id`): do once what you do for it. */
  id: string;
  type: 'exosphere.alert.v1';
  /** `/namespaces/{namespace}` */
  source: string;
  subject?: string;
  time: string;
  datacontenttype: 'application/json';
  dataschema: string;
  data: {
    alert: {
      id: string;
      status: 'notify' | 'firing' | 'resolved';
      severity: 'critical' | 'error' | 'warning' | 'info';
      /** The same for all messages about one thing: firing and resolved meet by it. */
      dedup_key: string;
      summary: string;
      started_at: string;
      resolved_at: string | null;
      value: number | null;
      threshold: number | null;
      suppressed_since_last: number;
    };
    rule: { id: string; name: string; revision: number };
    /** The event that caused it; `webhook.ping` for a test-send. */
    event: { id: string; type: string; time: string; data: Data };
    links: Record<string, string>;
  };
}
