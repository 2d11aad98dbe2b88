import { Box, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { nextPage, previousPage } from './cursor-pages.ts';
import { DataTable, type DataTableProps } from './data-table.tsx';
import { NothingMatches } from './empty.tsx';
import { Failure } from './failure.tsx';
import { Pager } from './pager.tsx';
import type { PageSearch } from './search.ts';
import { SkeletonRows } from './skeleton-rows.tsx';

interface ListViewProps<T extends object> extends Omit<DataTableProps<T>, 'rows'> {
  /** Of a page of the API. */
  query: UseQueryResult<{ items: T[]; next_cursor: string | null }>;
  /** In the plural, small: `deliveries`. */
  what: string;
  /** Whether a filter is set: an empty list then has another reason. */
  isFiltered: boolean;
  onClear: () => void;
  /** A `NothingYet`: what to do where nothing is there at all. */
  nothingYet: ReactNode;
  search: PageSearch;
  onPage: (page: PageSearch) => void;
}

/** A page of a list in whatever state it is: on its way, failed, empty for one of two reasons, or there. */
export function ListView<T extends object>(props: ListViewProps<T>) {
  const { query, what, isFiltered, onClear, nothingYet, search, onPage, ...table } = props;
  const { data, error, isPending, isPlaceholderData } = query;
  if (isPending) return <SkeletonRows />;
  if (data === undefined) return <Failure error={error} onRetry={() => void query.refetch()} />;
  const isFirst = search.after === undefined;
  const cursor = data.next_cursor;
  return (
    <Box aria-busy={isPlaceholderData} opacity={isPlaceholderData ? 0.6 : 1}>
      {error !== null && <Failure error={error} onRetry={() => void query.refetch()} />}
      {data.items.length > 0 && <DataTable {...table} rows={data.items} />}
      {data.items.length === 0 &&
        isFirst &&
        (isFiltered ? <NothingMatches what={what} onClear={onClear} /> : nothingYet)}
      {data.items.length === 0 && !isFirst && <Text p="md">This page is empty by now.</Text>}
      <Pager
        page={search.page ?? 1}
        onFirst={isFirst ? undefined : () => onPage({ after: undefined, page: undefined })}
        onPrevious={isFirst ? undefined : () => onPage(previousPage(search))}
        onNext={cursor === null || isPlaceholderData ? undefined : () => onPage(nextPage(search, cursor))}
      />
    </Box>
  );
}
