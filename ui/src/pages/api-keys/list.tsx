import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { NothingYet } from '../../kit/empty.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { columnsOf } from './columns.tsx';
import { NewKey } from './new-key.tsx';
import { type ApiKey, apiKeysQuery } from './queries.ts';
import { RevokeKey } from './revoke-key.tsx';

const route = getRouteApi('/api-keys');

/** Who may do what in the namespace, for who gives keys out and takes them back. */
export default function ApiKeysPage() {
  const { cursor, list } = useListUrl(route.useSearch());
  // Here, for a row becomes a card when the window narrows, and its dialog would be gone.
  const [revoking, setRevoking] = useState<ApiKey>();
  const query = useQuery(apiKeysQuery(cursor));
  return (
    <>
      <PageHeader
        title="API keys"
        lead="Who may do what in this namespace, newest first. Revoked ones stay to be read."
        actions={<NewKey />}
      />
      <ListView
        label="API keys"
        what="API keys"
        query={query}
        columns={columnsOf(setRevoking)}
        rowId={({ id }) => id}
        nothingYet={
          <NothingYet title="No API key yet">
            You are signed in with the operator's key. Make one for each program and each person, with as little as they
            need.
          </NothingYet>
        }
        {...list}
      />
      <RevokeKey apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </>
  );
}
