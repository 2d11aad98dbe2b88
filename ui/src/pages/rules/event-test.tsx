import { json } from '@codemirror/lang-json';
import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventTypesQuery } from '../../api/queries.ts';
import { CodeEditor } from '../../kit/code-editor.tsx';
import { Failure } from '../../kit/failure.tsx';
import { asList, type Json } from './draft.ts';
import { type EventTest, tryRule } from './queries.ts';

const LANGUAGE = json();

/** Tries the rule on one event: a sample of a type, or one that is pasted. */
export default function EventTestPanel({ draft, savedId }: { draft: Json; savedId: string | undefined }) {
  const types = useQuery(eventTypesQuery).data?.items ?? [];
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const work = useMutation({
    mutationFn: async (event: unknown) => (await tryRule(draft, savedId, { event })) as EventTest,
  });
  const wanted = asList(draft.event_types)[0];
  const take = (type: string | null) => {
    const sample = types.find((known) => known.type === type)?.sample;
    if (sample) setText(JSON.stringify(sample, null, 2));
  };
  const run = () => {
    try {
      setFault(undefined);
      work.mutate(JSON.parse(text) as unknown);
    } catch (error) {
      setFault(`This is not JSON: ${(error as Error).message}`);
    }
  };
  return (
    <Stack gap="sm">
      <Select
        label="Begin with the sample of"
        placeholder={wanted ?? 'a type'}
        data={types.map(({ type }) => type)}
        onChange={take}
        searchable
        maw={320}
      />
      <CodeEditor
        label="Event as JSON"
        value={text}
        onChange={setText}
        extensions={LANGUAGE}
        minHeight={120}
        error={fault}
      />
      <Group>
        <Button variant="default" onClick={run} loading={work.isPending} disabled={text.trim() === ''}>
          Try this event
        </Button>
      </Group>
      {work.error && <Failure error={work.error} title="The event could not be tried" />}
      {work.data && (
        <Alert role="status" variant="default" title={titleOf(work.data)}>
          <Text size="sm">{work.data.why}</Text>
        </Alert>
      )}
    </Stack>
  );
}

const titleOf = ({ would_fire, would_resolve, outcome }: EventTest): string => {
  if (would_fire) return 'The rule would fire';
  if (would_resolve) return 'The alert would be over';
  return outcome === 'matched' ? 'It counts, but does not make the rule fire' : 'The rule would not fire';
};
