import { Group, List, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Chart } from '../../kit/chart.tsx';
import { DataTable } from '../../kit/data-table.tsx';
import { Pager } from '../../kit/pager.tsx';
import { DECISION_COLUMNS, FIRING_COLUMNS } from './backtest-columns.tsx';
import { bucketsOf } from './buckets.ts';
import type { Backtest } from './queries.ts';
import { reasonText } from './reasons.ts';

const ROWS = 20;
const SHOWN = [
  { value: 'fires', label: 'Fired' },
  { value: 'counts', label: 'Counted' },
  { value: 'others', label: 'Not' },
  { value: 'all', label: 'All' },
];

/** What came of a backtest: the sums, when, the alerts that there would have been, and each event with the reason. */
export function BacktestResult({ result }: { result: Backtest }) {
  const { events, matched, fired, firings, not_matched, notes } = result;
  const buckets = useMemo(() => bucketsOf(result), [result]);
  const series = useMemo(
    () => [
      { label: 'Fires', colour: 'red', values: buckets.fires },
      { label: 'Counts', colour: 'blue', values: buckets.counts },
      { label: 'Does not count', colour: 'gray', values: buckets.others },
    ],
    [buckets],
  );
  const summary = `Of ${events} events ${matched} count, and the rule would have fired ${fired} times.`;
  return (
    <Stack gap="md">
      <Text role="status" fw={600}>
        {summary}
      </Text>
      {events === 0 && <Text size="sm">No event is stored yet. Send one, or try a sample below.</Text>}
      {events > 0 && <Chart times={buckets.times} series={series} summary={summary} isStacked />}
      {Object.keys(not_matched).length > 0 && (
        <Text size="sm">
          Not counted:{' '}
          {Object.entries(not_matched)
            .map(([reason, count]) => `${count} × ${reasonText(reason).toLowerCase()}`)
            .join('; ')}
        </Text>
      )}
      {notes.length > 0 && (
        <List size="sm">
          {notes.map(({ code, count, detail }) => (
            <List.Item key={code}>
              {count} × {reasonText(code, detail)}
            </List.Item>
          ))}
        </List>
      )}
      {firings.length > 0 && (
        <>
          <Title order={3} size="sm">
            {fired > firings.length ? `The first ${firings.length} of ${fired} firings` : 'Firings'}
          </Title>
          <Paged label="Firings" rows={firings} columns={FIRING_COLUMNS} />
        </>
      )}
      {events > 0 && <Decisions result={result} />}
    </Stack>
  );
}

function Decisions({ result: { decisions, fired } }: { result: Backtest }) {
  const [shown, setShown] = useState(fired > 0 ? 'fires' : 'all');
  const rows = useMemo(() => {
    const newest = decisions.toReversed();
    if (shown === 'all') return newest;
    if (shown === 'fires') return newest.filter(({ fires }) => fires);
    return newest.filter(({ outcome }) => (outcome === 'matched') === (shown === 'counts'));
  }, [decisions, shown]);
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Title order={3} size="sm">
          Events, and why
        </Title>
        <SegmentedControl size="xs" aria-label="Which events" data={SHOWN} value={shown} onChange={setShown} />
      </Group>
      {rows.length === 0 ? (
        <Text size="sm">None.</Text>
      ) : (
        <Paged key={shown} label="Events tried" rows={rows} columns={DECISION_COLUMNS} />
      )}
    </>
  );
}

/** The service has given all of them: the pages are cut here. */
function Paged<T extends object>(props: Pick<Parameters<typeof DataTable<T>>[0], 'label' | 'rows' | 'columns'>) {
  const [page, setPage] = useState(1);
  const { label, rows, columns } = props;
  const first = (page - 1) * ROWS;
  return (
    <div>
      <DataTable
        label={label}
        rows={rows.slice(first, first + ROWS)}
        columns={columns}
        rowId={(row) => String(rows.indexOf(row))}
      />
      <Pager
        page={page}
        onFirst={undefined}
        onPrevious={page > 1 ? () => setPage(page - 1) : undefined}
        onNext={first + ROWS < rows.length ? () => setPage(page + 1) : undefined}
      />
    </div>
  );
}
