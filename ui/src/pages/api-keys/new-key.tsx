import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { sessionQuery } from '../../api/session.ts';
import { Refusal } from '../../kit/confirm.tsx';
import { SecretOnce } from '../../kit/secret-once.tsx';
import { useMay } from '../../kit/use-session.ts';
import { endOf, LIFETIMES } from './key-state.ts';
import type { ApiKeyCreate, ApiKeyCreated, Scope } from './queries.ts';
import { SCOPES } from './scopes.ts';

const EMPTY = { name: '', scopes: [] as string[], days: '365', namespace: '' };
/** Fields of the API's body, by those of the form. */
const FIELDS: Record<string, keyof typeof EMPTY> = {
  name: 'name',
  scopes: 'scopes',
  expires_at: 'days',
  namespace: 'namespace',
};

/** Makes a key; it is shown once. Only the operator's key makes one for another namespace. */
export function NewKey() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [created, setCreated] = useState<ApiKeyCreated>();
  const client = useQueryClient();
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  const form = useForm({ initialValues: EMPTY });
  const may = useMay();
  const work = useMutation({
    mutationFn: (body: ApiKeyCreate) => dataOf(api.POST('/v1/api-keys', { body })),
    onSuccess(made) {
      setCreated(made);
      leave();
      void client.invalidateQueries({ queryKey: ['api_keys'] });
    },
    onError(error) {
      if (!(error instanceof ApiProblem)) return;
      for (const { path, message } of error.fields) {
        const field = FIELDS[path.split('.')[0] ?? ''];
        if (field !== undefined) form.setFieldError(field, message);
      }
    },
  });
  const leave = () => {
    close();
    form.reset();
    work.reset();
  };
  const submit = form.onSubmit(({ name, scopes, days, namespace }) => {
    const own = namespace.trim();
    const expires_at = endOf(days, Date.now());
    work.mutate({
      name: name.trim(),
      scopes: scopes as Scope[],
      expires_at,
      ...(own === '' ? {} : { namespace: own }),
    });
  });
  const isShownAtField = work.error instanceof ApiProblem && work.error.fields.length > 0;
  if (!may('admin')) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        New API key
      </Button>
      <Modal opened={isOpen} onClose={leave} title="New API key" size="lg">
        <form noValidate onSubmit={submit}>
          <Stack gap="md">
            <TextInput
              label="Name"
              description="Who or what is to use it"
              required
              data-autofocus
              {...form.getInputProps('name')}
            />
            <Checkbox.Group
              label="Scopes"
              description="What it may do. As little as its use needs."
              required
              {...form.getInputProps('scopes')}
            >
              <Stack gap="xs" mt="xs">
                {SCOPES.map(({ value, allows }) => (
                  <Checkbox key={value} value={value} label={value} description={allows} />
                ))}
              </Stack>
            </Checkbox.Group>
            <Select label="Ends after" data={LIFETIMES} allowDeselect={false} {...form.getInputProps('days')} />
            {session?.bootstrap === true && (
              <TextInput
                label="Namespace"
                description={`Empty: your own, ${session.namespace}. Another is made by its first key.`}
                {...form.getInputProps('namespace')}
              />
            )}
            {work.isError && !isShownAtField && <Refusal error={work.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                Cancel
              </Button>
              <Button type="submit" loading={work.isPending}>
                Create the key
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <SecretOnce
        title={`The key “${created?.name ?? ''}”`}
        secret={created?.key}
        onClose={() => setCreated(undefined)}
      >
        Give it to whoever is to use it, by a way that keeps secrets. It is sent as the header x-api-key.
      </SecretOnce>
    </>
  );
}
