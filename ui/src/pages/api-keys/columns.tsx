import { Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import type { Column } from '../../kit/data-table.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { keyState } from './key-state.ts';
import type { ApiKey } from './queries.ts';

/** @param onRevoke asked to revoke a key */
export const columnsOf = (onRevoke: (key: ApiKey) => void): Column<ApiKey>[] => [
  {
    id: 'name',
    header: 'Name',
    cell: ({ name, hint }) => (
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Code style={{ alignSelf: 'flex-start' }}>{hint}</Code>
      </Stack>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: (key) => <StatusBadge status={keyState(key, Date.now())} />,
  },
  {
    id: 'scopes',
    header: 'Scopes',
    cell: ({ scopes }) => (
      <Group gap={4}>
        {scopes.map((scope) => (
          <Badge key={scope} variant="default" tt="none">
            {scope}
          </Badge>
        ))}
      </Group>
    ),
  },
  { id: 'used', header: 'Last used', cell: ({ last_used_at }) => <Used at={last_used_at} /> },
  { id: 'ends', header: 'Ends', cell: ({ expires_at, revoked_at }) => <Time at={revoked_at ?? expires_at} /> },
  { id: 'made', header: 'Made', cell: ({ created_at }) => <Time at={created_at} /> },
  {
    id: 'revoke',
    header: 'Actions',
    cell: (key) =>
      keyState(key, Date.now()) === 'active' && (
        <Button size="xs" variant="default" onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
          Revoke
        </Button>
      ),
  },
];

const Used = ({ at }: { at: string | null }) => (at === null ? <Text size="sm">Never</Text> : <Time at={at} />);
