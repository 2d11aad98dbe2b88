import {
  IconBell,
  IconBellOff,
  IconFilter,
  IconHistory,
  IconInbox,
  IconKey,
  IconLayoutDashboard,
  IconMailX,
  IconSend,
  IconWebhook,
} from '@tabler/icons-react';

/** The pages of the navigation, in its order. */
export const NAVIGATION = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/alerts', label: 'Alerts', icon: IconBell },
  { to: '/deliveries', label: 'Deliveries', icon: IconSend },
  { to: '/dead-letters', label: 'Dead letters', icon: IconMailX },
  { to: '/events', label: 'Events', icon: IconInbox },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook },
  { to: '/rules', label: 'Rules', icon: IconFilter },
  { to: '/silences', label: 'Silences', icon: IconBellOff },
  { to: '/api-keys', label: 'API keys', icon: IconKey },
  { to: '/audit-log', label: 'Audit log', icon: IconHistory },
] as const;
