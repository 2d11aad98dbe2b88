import type { Webhook } from '../../api/queries.ts';

interface KindHelp {
  label: string;
  /** Of the field of the URL. */
  urlLabel: string;
  placeholder: string;
  /** Where the URL or the key is found, step by step, in the words of that product. */
  steps: string[];
  /** What else is to be known. */
  note: string;
  /** That product's own page. */
  docs?: { label: string; href: string };
}

/** What each kind of receiver is called, and where its URL or key comes from. */
export const KIND_HELP: Record<Webhook['kind'], KindHelp> = {
  http: {
    label: 'HTTP',
    urlLabel: 'URL',
    placeholder: 'https://receiver.example/hooks/exosphere',
    steps: [
      'Give the URL of your own receiver that takes a POST with a JSON body (a CloudEvent).',
      'Let it verify the signature by the secret that is shown once after this form: code for it is on the webhook’s page.',
      'Let it answer 2xx within 15 seconds, and do its work afterwards. 410 switches the webhook off.',
    ],
    note: 'The URL is shown to everybody who may read webhooks: tokens belong into headers, whose values are sealed.',
  },
  slack: {
    label: 'Slack',
    urlLabel: 'Webhook URL',
    placeholder: 'https://hooks.slack.com/services/T…/B…/…',
    steps: [
      'At api.slack.com/apps: Create New App → From scratch; give it a name and your workspace.',
      'Features → Incoming Webhooks: turn on Activate Incoming Webhooks.',
      'Add New Webhook to Workspace: choose the channel and allow it.',
      'Copy the Webhook URL of the table. Each URL posts to one channel.',
    ],
    note: 'The URL is the permission to post: it is sealed, and shown by its last 4 characters.',
    docs: { label: 'Slack: incoming webhooks', href: 'https://api.slack.com/messaging/webhooks' },
  },
  pagerduty: {
    label: 'PagerDuty',
    urlLabel: 'URL (only if it is not the usual one)',
    placeholder: 'https://events.pagerduty.com/v2/enqueue',
    steps: [
      'Services → Service Directory: open the service that is to have the incidents, or make one.',
      'Integrations → Add an integration: choose Events API V2 and add it.',
      'Open it in the list and copy its Integration Key (32 characters).',
    ],
    note: 'Leave the URL empty, unless your account is in the EU: https://events.eu.pagerduty.com/v2/enqueue. A resolved alert closes the incident that it opened.',
    docs: {
      label: 'PagerDuty: services and integrations',
      href: 'https://support.pagerduty.com/main/docs/services-and-integrations',
    },
  },
  discord: {
    label: 'Discord',
    urlLabel: 'Webhook URL',
    placeholder: 'https://discord.com/api/webhooks/…/…',
    steps: [
      'Open the channel’s settings (Edit Channel) → Integrations → Webhooks. It needs the permission Manage Webhooks.',
      'New Webhook: give it a name, and see that the channel is the right one.',
      'Copy Webhook URL. Add ?thread_id=… to post into a thread.',
    ],
    note: 'The URL is the permission to post: it is sealed, and shown by its last 4 characters.',
    docs: {
      label: 'Discord: intro to webhooks',
      href: 'https://support.discord.com/hc/en-us/articles/228383668-Intro-to-Webhooks',
    },
  },
  teams: {
    label: 'Microsoft Teams',
    urlLabel: 'Workflow URL',
    placeholder: 'https://….logic.azure.com/workflows/…',
    steps: [
      'At the channel or chat: More options (…) → Workflows.',
      'Choose the template that posts to a channel (or chat) when a webhook request is received; choose team and channel.',
      'Add workflow, and copy the URL that it shows.',
    ],
    note: 'URLs of the old Office 365 connectors (webhook.office.com) do not work. A workflow answers 202 before it posts: look into the channel after the test.',
    docs: {
      label: 'Microsoft: incoming webhooks with Workflows',
      href: 'https://support.microsoft.com/en-us/office/create-incoming-webhooks-with-workflows-for-microsoft-teams-8ae491c7-0394-4861-ba59-055e33f75498',
    },
  },
};

export const KIND_OPTIONS = Object.entries(KIND_HELP).map(([value, { label }]) => ({ value, label }));

/** The status that a person sees: their own switch before the service's verdict. */
export const statusOf = ({ is_active, health }: Pick<Webhook, 'is_active' | 'health'>): string =>
  is_active ? health : 'inactive';
