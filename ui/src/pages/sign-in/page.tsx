import { Alert, Button, Center, Code, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { sessionQuery, signIn } from '../../api/session.ts';
import icon from '../../kit/icon.svg';
import { adviceOn } from './advice.ts';

const route = getRouteApi('/sign-in');

/** Exchanges an API key for a session. The key is sent once and kept nowhere. */
export default function SignInPage() {
  const { to = '/' } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const work = useMutation({
    mutationFn: signIn,
    onSuccess(session) {
      client.setQueryData(sessionQuery.queryKey, session);
      router.history.push(to);
    },
  });
  useEffect(() => {
    document.title = 'Sign in · Exosphere Alerts';
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') work.mutate(key.trim());
  };
  const advice = work.isError ? adviceOn(work.error) : undefined;
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={460}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <Group gap="sm" wrap="nowrap">
              <img src={icon} alt="" width={36} height={36} />
              <Title order={1}>Sign in to Exosphere Alerts</Title>
            </Group>
            {to !== '/' && (
              <Text size="sm">
                After that you go on to <Code>{to}</Code>.
              </Text>
            )}
            <PasswordInput
              label="API key"
              description="It is exchanged for a session of this browser and kept nowhere."
              autoComplete="current-password"
              autoFocus
              withAsterisk={false}
              required
              value={key}
              onChange={({ currentTarget }) => setKey(currentTarget.value)}
              error={advice?.keyError}
            />
            {advice && (
              <Alert role="alert" variant="default" title={advice.title}>
                <Text size="sm">{advice.text}</Text>
              </Alert>
            )}
            <Button type="submit" loading={work.isPending} disabled={key.trim() === ''}>
              Sign in
            </Button>
            <WhereTheKeyIs />
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function WhereTheKeyIs() {
  return (
    <Stack gap={4}>
      <Title order={2} size="sm">
        Where is my key?
      </Title>
      <Text size="sm">
        After <Code>npm start</Code>, in the lines that it prints: the key itself the first time, the file that it is
        kept in later on.
      </Text>
      <Text size="sm">
        On a server, it is the operator’s <Code>EXOSPHERE_API_KEY</Code>, or one that somebody has made for you under
        “API keys”. Each key shows the data of its own namespace; the operator’s, of <Code>default</Code>.
      </Text>
    </Stack>
  );
}
