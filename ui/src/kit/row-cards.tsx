import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Column } from './data-table.tsx';
import css from './row-cards.module.css';

interface RowCardsProps<T> {
  label: string;
  columns: Column<T>[];
  cards: { id: string; row: T; tick: ReactNode }[];
}

/** Rows as cards: the first column on top, the others as a list of names and values. */
export function RowCards<T>({ label, columns, cards }: RowCardsProps<T>) {
  const [first, ...others] = columns;
  return (
    <Stack component="ul" aria-label={label} gap="xs" m={0} p={0}>
      {cards.map(({ id, row, tick }) => (
        <Paper component="li" key={id} withBorder p="sm" className={css.card}>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            {tick}
            <div className={css.name}>{first?.cell(row)}</div>
          </Group>
          <dl className={css.list}>
            {others.map(({ id: column, header, cell }) => (
              <div key={column} className={css.pair}>
                <Text component="dt" size="sm" c="dimmed">
                  {header}
                </Text>
                <dd className={css.value}>{cell(row)}</dd>
              </div>
            ))}
          </dl>
        </Paper>
      ))}
    </Stack>
  );
}
