import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { ConfirmDelete } from '../../kit/confirm-delete.tsx';
import { tell } from '../../kit/tell.ts';
import { Time } from '../../kit/time.tsx';
import type { ApiKey } from './queries.ts';

interface RevokeKeyProps {
  /** Undefined: closed. */
  apiKey: ApiKey | undefined;
  onClose: () => void;
}

/** Revokes a key, after it has said who may be using it. */
export function RevokeKey({ apiKey, onClose }: RevokeKeyProps) {
  const client = useQueryClient();
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  if (apiKey === undefined) return null;
  const { id, name, last_used_at } = apiKey;
  const revoke = async () => {
    await api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } });
    void client.invalidateQueries({ queryKey: ['api_keys'] });
    tell(`The key “${name}” is revoked.`);
  };
  return (
    <ConfirmDelete
      isOpen
      title={`Revoke the key “${name}”?`}
      verb="Revoke the key"
      onConfirm={revoke}
      onClose={onClose}
    >
      <Text size="sm">
        Whoever uses it is refused within a second, and sessions that were begun with it end. It cannot be undone.
      </Text>
      <Text size="sm" mt="xs">
        {last_used_at === null ? (
          'It was never used.'
        ) : (
          <>
            It was last used <Time at={last_used_at} />.
          </>
        )}
      </Text>
      {session?.key?.id === id && (
        <Text size="sm" mt="xs" fw={600}>
          It is the key that you are signed in with: you will be signed out.
        </Text>
      )}
    </ConfirmDelete>
  );
}
