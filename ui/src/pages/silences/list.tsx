import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { cursorOf } from '../../kit/cursor-pages.ts';
import type { Column } from '../../kit/data-table.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { useMay } from '../../kit/use-session.ts';
import { matchersText, statusOf } from './form-values.ts';
import { type Silence, silencesQuery } from './queries.ts';
import { RowActions } from './row-actions.tsx';
import { MEANING, SilenceDialog } from './silence-dialog.tsx';

const route = getRouteApi('/silences');
/** Silences begin and end by the clock: nobody tells of it. */
const LOOK_EVERY_MS = 15_000;

const COLUMNS: Column<Silence>[] = [
  {
    id: 'matchers',
    header: 'Silences',
    cell: ({ matchers, comment }) => (
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {matchersText(matchers)}
        </Text>
        <Text size="xs" c="dimmed">
          {comment}
        </Text>
      </Stack>
    ),
  },
  { id: 'status', header: 'Status', cell: (silence) => <StatusBadge status={statusOf(silence, Date.now())} /> },
  { id: 'starts', header: 'Starts', cell: ({ starts_at }) => <Time at={starts_at} /> },
  { id: 'ends', header: 'Ends', cell: ({ ends_at }) => <Time at={ends_at} /> },
  { id: 'by', header: 'Made by', cell: ({ created_by }) => <Text size="sm">{created_by}</Text> },
  { id: 'actions', header: 'Actions', cell: (silence) => <RowActions silence={silence} /> },
];

const ACTIVE = [
  { value: 'yes', label: 'Active now' },
  { value: 'no', label: 'To come or over' },
];

/** Silences, active, to come and over, for who is on call. */
export default function SilencesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isOpen, { open, close }] = useDisclosure(false);
  const mayWrite = useMay()('rules:write');
  const { active, new_for } = search;
  const query = useQuery({
    ...silencesQuery({
      cursor: cursorOf(search),
      ...(active === undefined ? {} : { active: active === 'yes' ? ('true' as const) : ('false' as const) }),
    }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const clear = () => void navigate({ search: {} });
  return (
    <>
      <PageHeader
        title="Silences"
        lead={MEANING}
        actions={
          <Button leftSection={<IconPlus size={16} aria-hidden />} disabled={!mayWrite} onClick={open}>
            New silence
          </Button>
        }
      />
      <FilterBar isFiltered={active !== undefined} onClear={clear}>
        <SelectFilter
          label="Status"
          value={active}
          options={ACTIVE}
          onChange={(next) =>
            void navigate({ search: next === undefined ? {} : { active: next as 'yes' }, replace: true })
          }
        />
      </FilterBar>
      <ListView
        label="Silences"
        what="silences"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        isFiltered={active !== undefined}
        onClear={clear}
        nothingYet={
          <NothingYet title="No silence yet">
            “New silence” holds back what is known already, for a time that you choose.
          </NothingYet>
        }
        search={search}
        onPage={(page) => void navigate({ search: (before) => ({ ...before, ...page }) })}
      />
      <SilenceDialog isOpen={isOpen} onClose={close} />
      <SilenceDialog
        isOpen={new_for !== undefined}
        prefilled={{ rule_id: new_for ?? '' }}
        onClose={() => void navigate({ search: ({ new_for: _, ...rest }) => rest, replace: true })}
      />
    </>
  );
}
