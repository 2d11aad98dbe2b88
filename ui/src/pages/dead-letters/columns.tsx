import { Stack, Text } from '@mantine/core';
import type { Column } from '../../kit/data-table.tsx';
import { EVENT_COLUMN, STATUS_COLUMN, WAY_COLUMNS } from '../../kit/delivery-columns.tsx';
import { reasonText } from '../../kit/delivery-reason.ts';
import { Time } from '../../kit/time.tsx';
import type { DeadLetter } from './queries.ts';

export const COLUMNS: Column<DeadLetter>[] = [
  EVENT_COLUMN,
  STATUS_COLUMN,
  {
    id: 'reason',
    header: 'Given up because',
    cell: ({ reason, last_error, closed_reason }) => (
      <Stack gap={0}>
        <Text size="sm">{reasonText(reason)}</Text>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {closed_reason === null ? last_error : reasonText(closed_reason)}
        </Text>
      </Stack>
    ),
  },
  ...WAY_COLUMNS,
  {
    id: 'rounds',
    header: 'Rounds',
    cell: ({ rounds }) => <Text size="sm">{rounds}</Text>,
  },
  {
    id: 'parked',
    header: 'Parked',
    cell: ({ parked_at }) => <Time at={parked_at} />,
  },
];
