import { Anchor, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { chosenQuery } from '../../api/choices.ts';
import type { AlertRule } from '../../api/queries.ts';
import { Confirm } from '../../kit/confirm.tsx';
import type { Column } from '../../kit/data-table.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { useMay } from '../../kit/use-session.ts';
import { asList, KIND_LABELS, type Kind } from './draft.ts';
import { useSwitch } from './use-switch.ts';

/** So many endpoints are named in a row. */
const MOST_NAMED = 2;

export const COLUMNS: Column<AlertRule>[] = [
  {
    id: 'name',
    header: 'Rule',
    cell: ({ id, name, description }) => (
      <Stack gap={0}>
        <Anchor size="sm" renderRoot={(props) => <Link to="/rules/$id" params={{ id }} {...props} />}>
          {name}
        </Anchor>
        {description !== null && (
          <Text size="xs" c="dimmed" lineClamp={1}>
            {description}
          </Text>
        )}
      </Stack>
    ),
  },
  { id: 'types', header: 'Event types', cell: (rule) => <Text size="sm">{watched(rule).join(', ')}</Text> },
  {
    id: 'kind',
    header: 'Fires',
    cell: ({ trigger }) => <Text size="sm">{KIND_LABELS[trigger.kind as Kind].label}</Text>,
  },
  { id: 'severity', header: 'Severity', cell: ({ severity }) => <StatusBadge status={severity} /> },
  {
    id: 'health',
    header: 'Health',
    cell: ({ health, health_message }) => (
      <Stack gap={2} align="flex-start">
        <StatusBadge status={health} />
        {health_message !== null && (
          <Text size="xs" lineClamp={2}>
            {health_message}
          </Text>
        )}
      </Stack>
    ),
  },
  { id: 'endpoints', header: 'Tells', cell: ({ webhook_endpoint_ids }) => <Endpoints ids={webhook_endpoint_ids} /> },
  { id: 'active', header: 'Active', cell: (rule) => <ActiveSwitch rule={rule} /> },
];

/** What it watches, by its trigger where that names its own. */
function watched({ event_types = [], trigger }: AlertRule): string[] {
  if (event_types.length > 0) return event_types;
  const { of, started = 'workflow.started' } = trigger as { of?: unknown; started?: unknown };
  return asList(of ?? started);
}

function Endpoints({ ids }: { ids: string[] }) {
  const named = ids.slice(0, MOST_NAMED);
  const found = useQueries({ queries: named.map((id) => chosenQuery('webhooks', id)) });
  return (
    <Text size="sm" component="div">
      {named.map((id, index) => (
        <div key={id}>
          <Anchor size="sm" renderRoot={(props) => <Link to="/webhooks/$id" params={{ id }} {...props} />}>
            {found[index]?.data?.name ?? id}
          </Anchor>
        </div>
      ))}
      {ids.length > named.length && `and ${ids.length - named.length} more`}
    </Text>
  );
}

function ActiveSwitch({ rule }: { rule: AlertRule }) {
  const turn = useSwitch(rule);
  const mayWrite = useMay()('rules:write');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Switch
        aria-label={`“${rule.name}” is active`}
        checked={rule.is_active}
        disabled={!mayWrite || turn.isPending}
        onChange={({ currentTarget }) => (currentTarget.checked ? turn.mutate(true) : open())}
      />
      <Confirm
        isOpen={isOpen}
        title={`Switch off “${rule.name}”?`}
        verb="Switch off"
        keep="Keep it on"
        onConfirm={() => turn.mutateAsync(false)}
        onClose={close}
      >
        Whatever of it fires ends without a message, and deliveries that wait end as skipped.
      </Confirm>
    </>
  );
}
