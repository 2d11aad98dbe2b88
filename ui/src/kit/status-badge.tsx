import { Badge } from '@mantine/core';
import css from './status-badge.module.css';

type Tone = 'good' | 'bad' | 'waiting' | 'active' | 'still';

/** One map for all pages: each status of the API with its words and its colour. A colour never stands alone. */
const STATUSES: Record<string, [label: string, tone: Tone]> = {
  // Deliveries
  pending: ['Pending', 'active'],
  retrying: ['Retrying', 'waiting'],
  succeeded: ['Delivered', 'good'],
  dead_lettered: ['Dead letter', 'bad'],
  discarded: ['Discarded', 'still'],
  skipped: ['Skipped', 'still'],
  suppressed: ['Suppressed', 'still'],
  // Dead letters and bulk operations
  waiting: ['Waiting', 'waiting'],
  in_round: ['Being retried', 'active'],
  resuming: ['Resuming', 'active'],
  resolved: ['Resolved', 'good'],
  running: ['Running', 'active'],
  completed: ['Completed', 'good'],
  cancelled: ['Cancelled', 'still'],
  // Alerts
  firing: ['Firing', 'bad'],
  // Endpoints and rules
  healthy: ['Healthy', 'good'],
  degraded: ['Degraded', 'waiting'],
  failing: ['Failing', 'bad'],
  disabled: ['Disabled', 'still'],
  ok: ['OK', 'good'],
  active: ['Active', 'good'],
  inactive: ['Off', 'still'],
  // Silences
  upcoming: ['Upcoming', 'active'],
  expired: ['Over', 'still'],
  // Events
  recorded: ['Recorded', 'good'],
  rejected: ['Rejected', 'bad'],
  // API keys
  revoked: ['Revoked', 'still'],
  // Severities
  critical: ['Critical', 'bad'],
  error: ['Error', 'bad'],
  warning: ['Warning', 'waiting'],
  info: ['Info', 'active'],
  // Attempts
  success: ['Success', 'good'],
  http_error: ['HTTP error', 'bad'],
  timeout: ['Timeout', 'bad'],
  network: ['Network error', 'bad'],
  tls: ['TLS error', 'bad'],
  blocked: ['Blocked', 'bad'],
  invalid_url: ['Invalid URL', 'bad'],
  interrupted: ['Interrupted', 'waiting'],
  in_flight: ['In flight', 'active'],
};

/** A status in words and colour; one that is not in the map is shown as it is. */
export function StatusBadge({ status }: { status: string }) {
  const [label, tone] = STATUSES[status] ?? [status, 'still'];
  return <Badge classNames={{ root: `${css.root} ${css[tone]}` }}>{label}</Badge>;
}

/** A status's words, for options of a filter. */
export const statusLabel = (status: string): string => STATUSES[status]?.[0] ?? status;
