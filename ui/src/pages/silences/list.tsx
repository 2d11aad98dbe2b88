import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import { actorLabel } from '../../kit/actor.ts';
import type { Column } from '../../kit/data-table.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { useMay } from '../../kit/use-session.ts';
import { matchersText, statusOf } from './form-values.ts';
import { type Silence, silencesQuery } from './queries.ts';
import { type Asked, RowActions, RowDialogs } from './row-actions.tsx';
import { MEANING, SilenceDialog } from './silence-dialog.tsx';

const route = getRouteApi('/silences');
/** Silences begin and end by the clock: nobody tells of it. */
const LOOK_EVERY_MS = 15_000;

const columnsOf = (onAsk: (asked: Asked) => void): Column<Silence>[] => [
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
  { id: 'by', header: 'Made by', cell: ({ created_by }) => <Text size="sm">{actorLabel(created_by)}</Text> },
  { id: 'actions', header: 'Actions', cell: (silence) => <RowActions silence={silence} onAsk={onAsk} /> },
];

const ACTIVE = [
  { value: 'yes', label: 'Active now' },
  { value: 'no', label: 'To come or over' },
];

/** Silences, active, to come and over, for who is on call. */
export default function SilencesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { filters, cursor, filter, bar, list } = useListUrl(search, 'new_for');
  const live = useLive('silences');
  const [isOpen, { open, close }] = useDisclosure(false);
  const mayWrite = useMay()('rules:write');
  const { active } = filters;
  const [asked, setAsked] = useState<Asked>();
  const query = useQuery({
    ...silencesQuery({ cursor, ...(active === undefined ? {} : { active: active === 'yes' ? 'true' : 'false' }) }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <>
      <PageHeader
        title="Silences"
        lead={MEANING}
        actions={
          <>
            <LiveBadge state={live} />
            <Button leftSection={<IconPlus size={16} aria-hidden />} disabled={!mayWrite} onClick={open}>
              New silence
            </Button>
          </>
        }
      />
      <FilterBar {...bar}>
        <SelectFilter
          label="Status"
          value={active}
          options={ACTIVE}
          onChange={(next) => filter({ active: next as typeof active })}
        />
      </FilterBar>
      <ListView
        label="Silences"
        what="silences"
        query={query}
        columns={columnsOf(setAsked)}
        rowId={({ id }) => id}
        nothingYet={
          <NothingYet title="No silence yet">
            “New silence” holds back what is known already, for a time that you choose.
          </NothingYet>
        }
        {...list}
      />
      <RowDialogs asked={asked} />
      <SilenceDialog isOpen={isOpen} onClose={close} />
      <SilenceDialog
        isOpen={search.new_for !== undefined}
        prefilled={{ rule_id: search.new_for ?? '' }}
        onClose={() => void navigate({ search: ({ new_for: _, ...rest }) => rest, replace: true })}
      />
    </>
  );
}
