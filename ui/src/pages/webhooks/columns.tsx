import type { components } from '@exosphere/alerts/openapi';
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Webhook } from '../../api/queries.ts';
import type { Column } from '../../kit/data-table.tsx';
import { Sparkline } from '../../kit/sparkline.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { dayOf } from './day.ts';
import { KIND_HELP, statusOf } from './kinds.ts';

/** @param stats of the last day; undefined while they are on their way, or may not be read: no row waits for them */
export const columnsOf = (stats: components['schemas']['Stats'] | undefined): Column<Webhook>[] => [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name, target_url }) => (
      <Stack gap={0}>
        <Anchor renderRoot={(props) => <Link to="/webhooks/$id" params={{ id }} {...props} />} size="sm" fw={600}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {target_url}
        </Text>
      </Stack>
    ),
  },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => <Text size="sm">{KIND_HELP[kind].label}</Text> },
  { id: 'health', header: 'Health', cell: (webhook) => <StatusBadge status={statusOf(webhook)} /> },
  {
    id: 'day',
    header: 'Last 24 hours',
    cell: ({ id }) => {
      const day = stats && dayOf(stats, id);
      if (day === undefined) return <span>–</span>;
      const { values, label } = day;
      return (
        <Group gap="xs">
          <Sparkline values={values} label={`Deliveries by the hour: ${label}`} />
          <Text size="xs" c="dimmed">
            {label}
          </Text>
        </Group>
      );
    },
  },
  { id: 'updated', header: 'Changed', cell: ({ updated_at }) => <Time at={updated_at} /> },
];
