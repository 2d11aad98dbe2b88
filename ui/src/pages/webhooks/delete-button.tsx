import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Webhook } from '../../api/queries.ts';
import { ConfirmDelete } from '../../kit/confirm-delete.tsx';
import { Impact } from './impact.tsx';

/** Deletes a webhook, after it has said what that would stop. */
export function DeleteButton({ webhook }: { webhook: Webhook }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id, name } = webhook;
  const remove = async () => {
    await client.cancelQueries({ queryKey: ['webhooks', 'one', id] });
    await api.DELETE('/v1/webhooks/{id}', { params: { path: { id } } });
    await navigate({ to: '/webhooks', ignoreBlocker: true });
    client.removeQueries({ queryKey: ['webhooks', 'one', id] });
    void client.invalidateQueries({ queryKey: ['webhooks'] });
    notifications.show({ message: `The webhook “${name}” is deleted.` });
  };
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={open}>
        Delete
      </Button>
      <ConfirmDelete
        isOpen={isOpen}
        title={`Delete the webhook “${name}”?`}
        verb="Delete the webhook"
        onConfirm={remove}
        onClose={close}
      >
        <Impact webhook={webhook} isDeletion />
        <Text size="sm" mt="xs">
          What it has got can still be read.
        </Text>
      </ConfirmDelete>
    </>
  );
}
