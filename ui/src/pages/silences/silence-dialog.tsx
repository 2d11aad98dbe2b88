import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Refusal } from '../../kit/confirm.tsx';
import { mergeDiff } from '../../kit/merge-diff.ts';
import { MomentInput } from '../../kit/moment-input.tsx';
import { tell } from '../../kit/tell.ts';
import { bodyOf, EMPTY, formOf, presets, type SilenceForm } from './form-values.ts';
import type { Silence, SilencePatch, SilenceWrite } from './queries.ts';

interface SilenceDialogProps {
  isOpen: boolean;
  /** The one to change; absent: a new one. */
  silence?: Silence | undefined;
  /** What a new one begins with. */
  prefilled?: Partial<SilenceForm>;
  onClose: () => void;
}

/** Makes a silence, or changes one. */
export function SilenceDialog({ isOpen, onClose, silence, prefilled }: SilenceDialogProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={silence === undefined ? 'New silence' : 'Change the silence'}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      <SilenceFields silence={silence} prefilled={prefilled ?? {}} onClose={onClose} />
    </Modal>
  );
}

/** What a silence means, in one line. */
export const MEANING =
  'A silence holds back messages of matching alerts; the resolved of what was told is sent all the same.';

interface SilenceFieldsProps {
  silence: Silence | undefined;
  prefilled: Partial<SilenceForm>;
  onClose: () => void;
}

function SilenceFields({ silence, prefilled, onClose }: SilenceFieldsProps) {
  const client = useQueryClient();
  const [before] = useState<SilenceForm>(silence === undefined ? { ...EMPTY, ...prefilled } : formOf(silence));
  const [form, setForm] = useState(before);
  const [faults, setFaults] = useState<Record<string, string>>({});
  const save = useMutation({
    mutationFn: (body: SilenceWrite) => write(silence, before, body),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['silences'] });
      tell(silence === undefined ? 'The silence is made.' : 'The silence is changed.');
      onClose();
    },
    onError: (error) => setFaults(faultsOf(error)),
  });
  const set = (change: Partial<SilenceForm>) => {
    setForm((old) => ({ ...old, ...change }));
    save.reset();
    // What was wrong with a field is of its old value.
    setFaults((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !(name in change))));
  };
  const text = (name: 'rule_id' | 'rule_name' | 'graph_name') => ({
    value: form[name],
    error: faults[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => set({ [name]: value }),
  });

  function submit(): void {
    const read = bodyOf(form);
    setFaults('faults' in read ? read.faults : {});
    if ('body' in read) save.mutate(read.body);
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{MEANING} All matchers that are given must match.</Text>
        <TextInput
          label="Rule name"
          description="Exact, or with * for any characters"
          data-autofocus
          {...text('rule_name')}
        />
        <TextInput label="Rule id" description="Exact" {...text('rule_id')} />
        <TextInput label="Graph name" description="Exact, or with * for any characters" {...text('graph_name')} />
        <Textarea
          label="Labels"
          description="name=value, one a line; values exact, or with *"
          autosize
          minRows={2}
          value={form.labels}
          error={faults.labels}
          onChange={({ currentTarget: { value } }) => set({ labels: value })}
        />
        <MomentInput
          label="Starts"
          description="Now, if empty"
          value={form.starts_at}
          error={faults.starts_at}
          onChange={(starts_at) => set({ starts_at })}
        />
        <MomentInput
          label="Ends"
          withAsterisk
          value={form.ends_at}
          error={faults.ends_at}
          onChange={(ends_at) => set({ ends_at })}
        />
        <Group gap="xs" role="group" aria-label="When it ends">
          {presets(new Date()).map(({ label, ends_at }) => (
            <Button key={label} variant="default" size="xs" onClick={() => set({ ends_at })}>
              {label}
            </Button>
          ))}
        </Group>
        <TextInput
          label="Comment"
          description="Why"
          value={form.comment}
          error={faults.comment}
          onChange={({ currentTarget: { value } }) => set({ comment: value })}
        />
        {save.isError && Object.keys(faults).length === 0 && <Refusal error={save.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {silence === undefined ? 'Silence' : 'Save the change'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Sends only what was changed of one that is there. */
function write(silence: Silence | undefined, before: SilenceForm, body: SilenceWrite): Promise<Silence> {
  if (silence === undefined) return dataOf(api.POST('/v1/silences', { body }));
  const old = bodyOf(before);
  const patch = mergeDiff('body' in old ? { ...old.body } : {}, { ...body }) as SilencePatch;
  return dataOf(api.PATCH('/v1/silences/{id}', { params: { path: { id: silence.id } }, body: patch }));
}

const FIELDS = ['rule_id', 'rule_name', 'graph_name', 'labels', 'starts_at', 'ends_at', 'comment'];

/** The API's errors by the field that shows them; {} where one belongs to none. */
function faultsOf(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  const shown: Record<string, string> = {};
  for (const { path, message } of error.fields) {
    const name = FIELDS.find((field) => path.split(/[./[\]]/).includes(field));
    if (name === undefined) return {};
    shown[name] = message;
  }
  return shown;
}
