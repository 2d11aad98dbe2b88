import { json } from '@codemirror/lang-json';
import { Autocomplete, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { eventTypesQuery } from '../../api/queries.ts';
import { CodeEditor } from '../../kit/code-editor.tsx';
import { Refusal } from '../../kit/confirm.tsx';
import { dataFrom } from './sample.ts';

const JSON_LANGUAGE = json();

/** The event as it is written: its type, and its data as JSON. Loaded with the first dialog, for it has an editor. */
export default function SampleForm({ onClose }: { onClose: () => void }) {
  const types = useQuery(eventTypesQuery);
  const navigate = useNavigate();
  const [type, setType] = useState('');
  const [text, setText] = useState('{}');
  /** What was filled in last: as long as it stands, another sample may take its place. */
  const [filled, setFilled] = useState('{}');
  const [fault, setFault] = useState<string>();
  const known = (types.data?.items ?? []).filter(({ reserved }) => !reserved);
  const send = useMutation({
    mutationFn: (data: Record<string, unknown>) =>
      dataOf(
        api.POST('/v1/events', {
          body: { type: type.trim(), data },
          // As it was written: a large integer would be another by way of JavaScript's numbers.
          bodySerializer: () => `{"type":${JSON.stringify(type.trim())},"data":${text}}`,
        }),
      ),
    onSuccess: ({ id }) => {
      onClose();
      void navigate({ to: '/events/$id', params: { id } });
    },
  });
  const fields = send.error instanceof ApiProblem ? send.error.fields : [];
  const at = (name: string) =>
    fields
      .filter(({ path }) => path.replace(/^\//, '').split(/[./]/)[0] === name)
      .map(({ path, message }) => `${path}: ${message}`)
      .join('; ') || undefined;

  function choose(next: string): void {
    setType(next);
    const data = known.find((one) => one.type === next)?.sample.data;
    // What a person has written stays.
    if (data === undefined || text !== filled) return;
    setText(JSON.stringify(data, null, 2));
    setFilled(JSON.stringify(data, null, 2));
  }

  function submit(): void {
    const read = dataFrom(text);
    setFault('fault' in read ? read.fault : undefined);
    if ('data' in read) send.mutate(read.data);
  }

  const [typeError, dataError] = [at('type'), fault ?? at('data')];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <Autocomplete
          label="Event type"
          description="A type from the list fills in its sample, unless you have written data; any type of your own will do."
          data={known.map((one) => one.type)}
          value={type}
          onChange={choose}
          error={typeError}
          required
          data-autofocus
        />
        <CodeEditor
          label="Data"
          value={text}
          onChange={setText}
          error={dataError}
          extensions={JSON_LANGUAGE}
          minHeight={180}
        />
        {send.isError && typeError === undefined && dataError === undefined && <Refusal error={send.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Do not send
          </Button>
          <Button type="submit" loading={send.isPending}>
            Send the event
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
