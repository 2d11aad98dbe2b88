import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { choicesQuery, chosenQuery } from '../../api/choices.ts';
import { nothingFound } from '../../kit/choice-filter.tsx';
import { asList, at } from './draft.ts';
import type { FormPart } from './form.ts';

const PAUSE_MS = 250;

/** Whom the rule tells: endpoints found by a part of their names, on the server. */
export function EndpointChoice({ draft, set, errorOf }: FormPart) {
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text, PAUSE_MS);
  const choices = useQuery(choicesQuery('webhooks', wanted.trim()));
  const ids = asList(at(draft, 'webhook_endpoint_ids'));
  const chosen = useQueries({ queries: ids.map((id) => chosenQuery('webhooks', id)) });
  const options = new Map(ids.map((id, index) => [id, chosen[index]?.data?.name ?? id]));
  for (const { id, name } of choices.data ?? []) options.set(id, name);
  return (
    <MultiSelect
      label="Webhooks to tell"
      description="Type a part of the name"
      required
      data={[...options].map(([value, label]) => ({ value, label }))}
      value={ids}
      onChange={(next) => set('webhook_endpoint_ids', next)}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // What the server has found is what matches.
      filter={({ options: all }) => all}
      hidePickedOptions
      nothingFoundMessage={nothingFound(choices)}
      error={errorOf('webhook_endpoint_ids')}
    />
  );
}
