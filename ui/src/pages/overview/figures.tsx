import { Button, SegmentedControl, SimpleGrid, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Chart } from '../../kit/chart.tsx';
import { durationText, percentText } from '../../kit/relative-time.ts';
import { OutcomeTable } from './outcome-table.tsx';
import { type Stats, seriesOf, summaryOf } from './outcomes.ts';
import { PERIODS } from './period.ts';
import { LASTS, type Last } from './search.ts';
import { Section } from './section.tsx';
import { Tile } from './tile.tsx';

interface FiguresProps {
  stats: Stats;
  last: Last;
  onLast: (last: Last) => void;
}

/** Deliveries of a period by what became of them, in figures, as a chart, and as a table for who cannot see that. */
export function Figures({ stats, last, onLast }: FiguresProps) {
  const [isTable, { toggle }] = useDisclosure(false);
  const { times, series } = useMemo(() => seriesOf(stats), [stats]);
  const { totals } = stats;
  return (
    <Section title="Deliveries" side={<PeriodChoice last={last} onLast={onLast} />}>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" mb="sm">
        <Tile
          label="Made"
          note={totals.attempts === 1 ? '1 attempt' : `${totals.attempts.toLocaleString('en')} attempts`}
        >
          {totals.total.toLocaleString('en')}
        </Tile>
        <Tile label="Success rate" note="Of those that have ended">
          {totals.success_rate === null ? '–' : percentText(totals.success_rate)}
        </Tile>
        <Tile label="Latency, p50" note="From acceptance to success">
          {totals.latency_ms === null ? '–' : durationText(totals.latency_ms.p50)}
        </Tile>
        <Tile label="Latency, p95" note="Retries included">
          {totals.latency_ms === null ? '–' : durationText(totals.latency_ms.p95)}
        </Tile>
      </SimpleGrid>
      {totals.total === 0 && <Text c="dimmed">No delivery was made in this period.</Text>}
      {totals.total > 0 && (
        <>
          {isTable ? (
            <OutcomeTable stats={stats} />
          ) : (
            <Chart times={times} series={series} summary={summaryOf(stats)} isStacked format={wholeText} />
          )}
          <Button
            variant="subtle"
            size="compact-sm"
            mt="xs"
            onClick={toggle}
            leftSection={isTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          >
            {isTable ? 'Show as a chart' : 'Show as a table'}
          </Button>
        </>
      )}
    </Section>
  );
}

/** Of a chart that counts, only whole numbers are marked. */
const wholeText = (value: number) => (Number.isInteger(value) ? value.toLocaleString('en') : '');

function PeriodChoice({ last, onLast }: Pick<FiguresProps, 'last' | 'onLast'>) {
  return (
    <SegmentedControl
      aria-label="Period"
      size="sm"
      value={last}
      onChange={(value) => onLast(value as Last)}
      data={LASTS.map((value) => ({ value, label: PERIODS[value].label }))}
    />
  );
}
