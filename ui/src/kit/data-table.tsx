import { Checkbox, Table } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type RowSelectionState, rowSelectionFeature, tableFeatures, useTable } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { RowCards } from './row-cards.tsx';

/** A column: `cell` makes what stands in it of a row. The first is the row's name; put its link there. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
}

/** Ids of the rows that are ticked, as TanStack Table keeps them. */
export type Selection = RowSelectionState;

export interface DataTableProps<T extends object> {
  /** Names the table for who cannot see it. */
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowId: (row: T) => string;
  /** Rows can be ticked; the owner keeps which. @see Selection */
  selection?: { selected: Selection; onChange: (next: Selection) => void; nameOf: (row: T) => string } | undefined;
}

/** TanStack Table keeps which rows are ticked; it draws nothing. */
const NO_COLUMNS: [] = [];
const features = tableFeatures({ rowSelectionFeature });

/** Below this a table's columns have no room: each row becomes a card. Mantine's `sm`. */
export const NARROW = '(max-width: 48em)';

/** Rows of one page from the server, as a table, or as cards on a small screen. */
export function DataTable<T extends object>({ label, columns, rows, rowId, selection }: DataTableProps<T>) {
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const table = useTable({
    features,
    data: rows,
    columns: NO_COLUMNS,
    getRowId: rowId,
    enableRowSelection: selection !== undefined,
    state: { rowSelection: selection?.selected ?? {} },
    onRowSelectionChange: (change) =>
      selection?.onChange(typeof change === 'function' ? change(selection.selected) : change),
  });
  const tick = (row: { original: T; getIsSelected(): boolean; toggleSelected(value?: boolean): void }) =>
    selection && (
      <Checkbox
        aria-label={`Select ${selection.nameOf(row.original)}`}
        checked={row.getIsSelected()}
        onChange={(event) => row.toggleSelected(event.currentTarget.checked)}
      />
    );
  const body = table.getRowModel().rows;
  if (isNarrow) {
    const cards = body.map((row) => ({ id: row.id, row: row.original, tick: tick(row) }));
    return <RowCards label={label} columns={columns} cards={cards} />;
  }
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table aria-label={label} highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {selection && (
              <Table.Th w={40}>
                <Checkbox
                  aria-label="Select all rows of this page"
                  checked={table.getIsAllRowsSelected()}
                  indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
                  onChange={(event) => table.toggleAllRowsSelected(event.currentTarget.checked)}
                />
              </Table.Th>
            )}
            {columns.map(({ id, header }) => (
              <Table.Th key={id} style={{ whiteSpace: 'nowrap' }}>
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {body.map((row) => (
            <Table.Tr key={row.id} h={ROW_HEIGHT}>
              {selection && <Table.Td>{tick(row)}</Table.Td>}
              {/* Called, not drawn as a component: a new one at each drawing would close a dialog and lose the focus in it. */}
              {columns.map(({ id, cell }) => (
                <Table.Td key={id}>{cell(row.original)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** At least, in px; rows on their way are as high. */
export const ROW_HEIGHT = 44;
