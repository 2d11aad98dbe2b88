import { Button, Loader, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPower, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { messageOf } from '../../api/problem.ts';
import type { AlertRule } from '../../api/queries.ts';
import { ConfirmDelete } from '../../kit/confirm-delete.tsx';
import { tell } from '../../kit/tell.ts';
import { firingQuery } from './queries.ts';
import { useSwitch } from './use-switch.ts';

/** Switches a rule off, after it has said what that ends, or on again. */
export function SwitchButton({ rule }: { rule: AlertRule }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const turn = useSwitch(rule);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPower size={16} aria-hidden />}
        loading={turn.isPending}
        onClick={() => (rule.is_active ? open() : turn.mutate(true))}
      >
        {rule.is_active ? 'Switch off' : 'Switch on'}
      </Button>
      <ConfirmDelete
        isOpen={isOpen}
        title={`Switch off “${rule.name}”?`}
        verb="Switch off"
        onConfirm={() => turn.mutateAsync(false)}
        onClose={close}
      >
        <WhatEnds rule={rule} />
      </ConfirmDelete>
    </>
  );
}

/** Deletes a rule, after it has said what that ends. */
export function DeleteButton({ rule: { id, name }, rule }: { rule: AlertRule }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await client.cancelQueries({ queryKey: ['rules', 'one', id] });
    await api.DELETE('/v1/alert-rules/{id}', { params: { path: { id } } });
    await navigate({ to: '/rules', ignoreBlocker: true });
    client.removeQueries({ queryKey: ['rules', 'one', id] });
    void client.invalidateQueries({ queryKey: ['rules'] });
    tell(`The rule “${name}” is deleted.`);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={open}>
        Delete
      </Button>
      <ConfirmDelete
        isOpen={isOpen}
        title={`Delete the rule “${name}”?`}
        verb="Delete the rule"
        onConfirm={remove}
        onClose={close}
      >
        <WhatEnds rule={rule} />
        <Text size="sm" mt="xs">
          What it has told can still be read.
        </Text>
      </ConfirmDelete>
    </>
  );
}

/** What ends with a rule. */
function WhatEnds({ rule: { id } }: { rule: AlertRule }) {
  const { data, error } = useQuery(firingQuery(id));
  if (error) return <Text size="sm">What this would end could not be read: {messageOf(error)}</Text>;
  if (data === undefined) return <Loader size="sm" role="status" aria-label="Reading what fires" />;
  const count = `${data.items.length}${data.next_cursor === null ? '' : ' or more'}`;
  const isOne = data.items.length === 1;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {data.items.length === 0
          ? 'Nothing of it fires now.'
          : `${count} alert${isOne ? '' : 's'} of it ${isOne ? 'fires' : 'fire'} now, and would end without a message: an incident that it has opened at PagerDuty stays open until you resolve it there.`}
      </Text>
      <Text size="sm">Its deliveries that wait would end as skipped.</Text>
    </Stack>
  );
}
