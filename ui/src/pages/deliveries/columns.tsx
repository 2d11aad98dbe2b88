import { Text } from '@mantine/core';
import type { Delivery } from '../../api/queries.ts';
import type { Column } from '../../kit/data-table.tsx';
import { EVENT_COLUMN, STATUS_COLUMN, WAY_COLUMNS } from '../../kit/delivery-columns.tsx';
import { Time } from '../../kit/time.tsx';

export const COLUMNS: Column<Delivery>[] = [
  EVENT_COLUMN,
  STATUS_COLUMN,
  ...WAY_COLUMNS,
  {
    id: 'attempts',
    header: 'Attempts',
    cell: ({ attempt_count, last_status_code, last_error, reason }) => (
      <Text size="sm" component="span">
        {attempt_count}
        <Text span size="xs" c="dimmed">
          {lastWord(last_status_code, last_error ?? reason)}
        </Text>
      </Text>
    ),
  },
  {
    id: 'next',
    header: 'Next attempt',
    cell: ({ next_attempt_at }) => <Time at={next_attempt_at} />,
  },
  {
    id: 'created',
    header: 'Made',
    cell: ({ created_at }) => <Time at={created_at} />,
  },
];

/** What the last attempt, or the lack of one, is about; short, for the detail has it whole. */
function lastWord(code: number | null, error: string | null): string {
  if (code !== null) return ` · HTTP ${code}`;
  return error === null ? '' : ` · ${error.length > 60 ? `${error.slice(0, 60)}…` : error}`;
}
