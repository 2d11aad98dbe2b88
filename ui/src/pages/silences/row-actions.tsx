import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ConfirmDelete } from '../../kit/confirm-delete.tsx';
import { useMay } from '../../kit/use-session.ts';
import { matchersText, statusOf } from './form-values.ts';
import type { Silence } from './queries.ts';
import { SilenceDialog } from './silence-dialog.tsx';

/** What is asked for of a silence. */
export interface Asked {
  what: 'edit' | 'delete';
  silence: Silence;
}

/** Changes a silence, or deletes it, which is how the API ends one at once. */
export function RowActions({ silence, onAsk }: { silence: Silence; onAsk: (asked: Asked) => void }) {
  const mayWrite = useMay()('rules:write');
  if (!mayWrite) return null;
  return (
    <Group gap={4}>
      <Button size="compact-sm" variant="default" onClick={() => onAsk({ what: 'edit', silence })}>
        Change
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onAsk({ what: 'delete', silence })}>
        {isActive(silence) ? 'End now' : 'Delete'}
      </Button>
    </Group>
  );
}

/** The dialogs of the rows. On the page, for a row leaves the list when its silence ends, and would take them away. */
export function RowDialogs({ asked }: { asked: Asked | undefined }) {
  // By identity: who asks once more begins anew.
  const [closed, setClosed] = useState<Asked>();
  const client = useQueryClient();
  if (asked === undefined) return null;
  const { what, silence } = asked;
  const isOpen = asked !== closed;
  const close = () => setClosed(asked);
  const remove = async () => {
    await api.DELETE('/v1/silences/{id}', { params: { path: { id: silence.id } } });
    void client.invalidateQueries({ queryKey: ['silences'] });
  };
  const isNow = isActive(silence);
  return (
    <>
      <SilenceDialog isOpen={isOpen && what === 'edit'} silence={silence} onClose={close} />
      <ConfirmDelete
        isOpen={isOpen && what === 'delete'}
        title={isNow ? 'End the silence now?' : 'Delete the silence?'}
        verb={isNow ? 'End it now' : 'Delete'}
        onConfirm={remove}
        onClose={close}
      >
        {isNow && `Alerts with ${matchersText(silence.matchers)} are told again from now on. `}The silence leaves the
        list; the audit log keeps it.
      </ConfirmDelete>
    </>
  );
}

const isActive = (silence: Silence): boolean => statusOf(silence, Date.now()) === 'active';
