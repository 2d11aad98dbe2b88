import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ChoiceKind, choicesQuery, chosenQuery } from '../api/choices.ts';
import { messageOf } from '../api/problem.ts';

interface ChoiceFilterProps {
  kind: ChoiceKind;
  label: string;
  /** An id. */
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}

const PAUSE_MS = 250;

/** What a list of choices says that has none. */
export function nothingFound({ isFetching, error }: Pick<UseQueryResult, 'isFetching' | 'error'>): string {
  if (error !== null) return `These could not be read: ${messageOf(error)}`;
  return isFetching ? 'Looking…' : 'None has this in its name';
}

/** One endpoint or rule, found by a part of its name. The server finds it: there may be thousands. */
export function ChoiceFilter({ kind, label, value, onChange }: ChoiceFilterProps) {
  const [text, setText] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [wanted] = useDebouncedValue(text, PAUSE_MS);
  const choices = useQuery({ ...choicesQuery(kind, wanted.trim()), enabled: isOpen });
  const found = choices.data ?? [];
  const known = found.find(({ id }) => id === value);
  // A value from the URL may be none of the first page.
  const chosen = useQuery({ ...chosenQuery(kind, value), enabled: value !== undefined && known === undefined });
  const current = known ?? (value === undefined ? undefined : (chosen.data ?? { id: value, name: value }));
  const options = current === undefined || known !== undefined ? found : [current, ...found];
  return (
    <Select
      label={label}
      placeholder="Any"
      data={options.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      onSearchChange={(next) => setText(next === current?.name ? '' : next)}
      onDropdownOpen={() => {
        setIsOpen(true);
        setText('');
      }}
      // What has been found is what matches; the chosen one stays to be seen.
      filter={({ options: all }) => all}
      nothingFoundMessage={nothingFound(choices)}
      rightSection={choices.isFetching && isOpen ? <Loader size="xs" /> : undefined}
      clearable
      searchable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      w={{ base: '100%', xs: 190 }}
    />
  );
}
