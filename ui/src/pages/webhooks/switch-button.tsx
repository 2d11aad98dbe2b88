import type { components } from '@exosphere/alerts/openapi';
import { Anchor, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPower } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client.ts';
import { messageOf } from '../../api/problem.ts';
import type { Webhook } from '../../api/queries.ts';
import { ConfirmDelete } from '../../kit/confirm-delete.tsx';
import { countText } from './count-text.ts';
import { Impact } from './impact.tsx';
import { webhookQuery } from './queries.ts';

/** Switches a webhook off after it has said what that stops, or on again, also where the service has disabled it. */
export function SwitchButton({ webhook }: { webhook: Webhook }) {
  const { id, name, is_active, health } = webhook;
  const [isOpen, { open, close }] = useDisclosure(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const turn = async (on: boolean) => {
    const body = { is_active: on } as components['schemas']['WebhookPatch'];
    const changed = await dataOf(api.PATCH('/v1/webhooks/{id}', { params: { path: { id } }, body }));
    const { dead_letters_waiting, ...rest } = changed;
    client.setQueryData(webhookQuery(id).queryKey, rest);
    void client.invalidateQueries({ queryKey: ['webhooks'] });
    return dead_letters_waiting ?? 0;
  };
  const enable = useMutation({
    mutationFn: () => turn(true),
    onSuccess(waiting) {
      const toLetters = () => void navigate({ to: '/dead-letters', search: { endpoint: id } });
      notifications.show({
        title: `“${name}” is on`,
        message:
          waiting === 0 ? (
            'Alerts are sent to it again.'
          ) : (
            <Anchor component="button" size="sm" onClick={toLetters}>
              {countText(waiting, false, 'dead letter')} can be retried
            </Anchor>
          ),
        autoClose: waiting === 0 ? 5_000 : false,
      });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not switched on', message: messageOf(error) }),
  });
  const isOn = is_active && health !== 'disabled';
  const icon = <IconPower size={16} aria-hidden />;
  if (!isOn) {
    return (
      <Button variant="default" leftSection={icon} loading={enable.isPending} onClick={() => enable.mutate()}>
        {is_active ? 'Enable' : 'Switch on'}
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={open}>
        Switch off
      </Button>
      <ConfirmDelete
        isOpen={isOpen}
        title={`Switch off “${name}”?`}
        verb="Switch off"
        onConfirm={() => turn(false)}
        onClose={close}
      >
        <Impact webhook={webhook} isDeletion={false} />
      </ConfirmDelete>
    </>
  );
}
