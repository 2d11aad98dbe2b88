import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Session, signIn } from '../../api/session.ts';
import { adviceOn } from './advice.ts';

interface SignInFormProps {
  onSignedIn: (session: Session) => void;
  /** Below the field, such as where the key is found. */
  children?: ReactNode;
}

/** Exchanges an API key for a session. The key is sent once and kept nowhere. */
export function SignInForm({ onSignedIn, children }: SignInFormProps) {
  const [key, setKey] = useState('');
  const work = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') work.mutate(key.trim());
  };
  const advice = work.isError ? adviceOn(work.error) : undefined;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <PasswordInput
          label="API key"
          description="It is exchanged for a session of this browser and kept nowhere."
          autoComplete="current-password"
          data-autofocus
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
        {children}
      </Stack>
    </form>
  );
}
