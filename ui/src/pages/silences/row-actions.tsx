import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ConfirmDelete } from '../../kit/confirm-delete.tsx';
import { useMay } from '../../kit/use-session.ts';
import { matchersText, statusOf } from './form-values.ts';
import type { Silence } from './queries.ts';
import { SilenceDialog } from './silence-dialog.tsx';

/** Changes a silence, or deletes it, which is how the API ends one at once. */
export function RowActions({ silence }: { silence: Silence }) {
  const [asked, setAsked] = useState<'edit' | 'delete'>();
  const client = useQueryClient();
  const mayWrite = useMay()('rules:write');
  const close = () => setAsked(undefined);
  const path = { path: { id: silence.id } };
  const isActive = statusOf(silence, Date.now()) === 'active';
  const what = matchersText(silence.matchers);
  const remove = async () => {
    await api.DELETE('/v1/silences/{id}', { params: path });
    void client.invalidateQueries({ queryKey: ['silences'] });
  };
  return (
    <Group gap={4}>
      <Button size="compact-sm" variant="default" disabled={!mayWrite} onClick={() => setAsked('edit')}>
        Change
      </Button>
      <Button size="compact-sm" variant="default" disabled={!mayWrite} onClick={() => setAsked('delete')}>
        {isActive ? 'End now' : 'Delete'}
      </Button>
      <SilenceDialog isOpen={asked === 'edit'} silence={silence} onClose={close} />
      <ConfirmDelete
        isOpen={asked === 'delete'}
        title={isActive ? 'End the silence now?' : 'Delete the silence?'}
        verb={isActive ? 'End it now' : 'Delete'}
        onConfirm={remove}
        onClose={close}
      >
        {isActive && `Alerts with ${what} are told again from now on. `}The silence leaves the list; the audit log keeps
        it.
      </ConfirmDelete>
    </Group>
  );
}
