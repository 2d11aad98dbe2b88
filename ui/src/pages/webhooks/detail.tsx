import { Box, Group, Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLive } from '../../api/live.ts';
import type { Webhook } from '../../api/queries.ts';
import { Failure } from '../../kit/failure.tsx';
import { NotAllowed } from '../../kit/not-allowed.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { useMay } from '../../kit/use-session.ts';
import { Activity } from './activity.tsx';
import { DeleteButton } from './delete-button.tsx';
import { KIND_HELP, statusOf } from './kinds.ts';
import { shownSecretQuery, webhookQuery } from './queries.ts';
import type { TABS } from './search.ts';
import { SecretTab } from './secret-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { StateNote } from './state-note.tsx';
import { SwitchButton } from './switch-button.tsx';
import { TestButton, TestResult, useTestSend } from './test-send.tsx';
import { VerifyTab } from './verify-tab.tsx';

const route = getRouteApi('/webhooks/$id');

/** One webhook: how it does, a test, its settings, its secret, and the code that verifies its requests. */
export default function WebhookPage() {
  const { id } = route.useParams();
  useLive('webhooks');
  const query = useQuery(webhookQuery(id));
  if (query.data === undefined) {
    return (
      <>
        <PageHeader title="Webhook" />
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={300} role="status" aria-label="Loading" />
        )}
      </>
    );
  }
  return <Shown key={id} webhook={query.data} />;
}

function Shown({ webhook }: { webhook: Webhook }) {
  const { tab = 'activity' } = route.useSearch();
  const navigate = route.useNavigate();
  const test = useTestSend(webhook.id);
  const client = useQueryClient();
  const mayWrite = useMay()('webhooks:write');
  // A secret that was just shown is in the code of “Verify”; it is forgotten with this page.
  useEffect(() => () => client.removeQueries(shownSecretQuery(webhook.id)), [client, webhook.id]);
  return (
    <>
      <PageHeader
        title={webhook.name}
        lead={
          <Group component="span" gap="xs">
            <StatusBadge status={statusOf(webhook)} />
            <span>
              {KIND_HELP[webhook.kind].label} · {webhook.target_url}
            </span>
          </Group>
        }
        actions={
          mayWrite && (
            <>
              <TestButton test={test} />
              <SwitchButton webhook={webhook} />
              <DeleteButton webhook={webhook} />
            </>
          )
        }
      />
      <Stack gap="md">
        <StateNote webhook={webhook} />
        <TestResult test={test} />
        <Tabs
          value={tab}
          onChange={(next) =>
            void navigate({
              search: next === 'activity' || next === null ? {} : { tab: next as (typeof TABS)[number] },
              replace: true,
            })
          }
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="activity">Activity</Tabs.Tab>
            <Tabs.Tab value="settings">Settings</Tabs.Tab>
            <Tabs.Tab value="secret">Secret</Tabs.Tab>
            <Tabs.Tab value="verify">Verify</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="activity">
            <Activity webhook={webhook} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            {mayWrite || <NotAllowed what="Changes of a webhook are" scope="webhooks:write" />}
            <Box component="fieldset" disabled={!mayWrite} bd={0} p={0} m={0} miw={0}>
              <SettingsTab webhook={webhook} />
            </Box>
          </Tabs.Panel>
          <Tabs.Panel value="secret">
            {mayWrite ? (
              <SecretTab webhook={webhook} />
            ) : (
              <NotAllowed what="Rotations of a secret are" scope="webhooks:write" />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="verify">
            <VerifyTab webhook={webhook} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </>
  );
}
