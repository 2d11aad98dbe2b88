import { Table } from '@mantine/core';
import { durationText, exactTime } from '../../kit/relative-time.ts';
import { OUTCOMES, rowsOf, type Stats } from './outcomes.ts';

/** What the chart shows, in figures: a row for each bucket that has deliveries, newest first. */
export function OutcomeTable({ stats }: { stats: Stats }) {
  return (
    <Table.ScrollContainer minWidth={560} mah={480} type="native" tabIndex={0} aria-label="Deliveries over time">
      <Table stickyHeader verticalSpacing={4} aria-label="Deliveries over time">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            {OUTCOMES.toReversed().map(({ label }) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
            <Table.Th>p50</Table.Th>
            <Table.Th>p95</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rowsOf(stats).map(({ start, values, latency }) => (
            <Table.Tr key={start}>
              <Table.Th scope="row">{exactTime(start)}</Table.Th>
              {values.map((value, index) => (
                <Table.Td key={OUTCOMES[index]?.label}>{value}</Table.Td>
              ))}
              <Table.Td>{latency === null ? '–' : durationText(latency.p50)}</Table.Td>
              <Table.Td>{latency === null ? '–' : durationText(latency.p95)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
