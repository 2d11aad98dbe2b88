import { Alert, Button, Group, List, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { Failure } from '../../kit/failure.tsx';
import { useMay } from '../../kit/use-session.ts';
import { BacktestPanel } from './backtest.tsx';
import type { Json } from './draft.ts';
import { RuleFields } from './rule-fields.tsx';
import type { useDraft } from './use-draft.ts';

const YamlView = lazy(() => import('./yaml-view.tsx'));
const EventTestPanel = lazy(() => import('./event-test.tsx'));

interface RuleEditorProps {
  work: ReturnType<typeof useDraft>;
  /** Another for each state of the rule that the form begins with. */
  version?: string;
  verb: string;
  /** Of a rule that is stored and not changed here: a trial goes on from what it remembers. */
  savedId?: string | undefined;
  /** What was changed; undefined: all of it is new. */
  changes?: Json | undefined;
  isSaving: boolean;
  failure: Error | null;
  onSave: () => void;
  onUndo?: () => void;
}

/** A rule as a form or as YAML, a trial of it on events, and the way to save it. */
export function RuleEditor({ work, verb, savedId, changes, isSaving, failure, onSave, onUndo }: RuleEditorProps) {
  const [view, setView] = useState<string | null>('form');
  /** Of the draft whose text cannot be read. */
  const [unreadable, setUnreadable] = useState<number>();
  const isReadable = unreadable !== work.version;
  const isChanged = changes === undefined || Object.keys(changes).length > 0;
  const [isTold, setIsTold] = useState(false);
  const mayWrite = useMay()('rules:write');
  const submit = () => {
    work.showAll();
    setIsTold(true);
    if (work.isValid) onSave();
  };
  const unfit = isTold && work.isJudged && !work.isValid ? work.errors : [];
  return (
    <Stack gap="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md" maw={1_000}>
          <Tabs value={view} onChange={(next) => isReadable && setView(next)} keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="form">Form</Tabs.Tab>
              <Tabs.Tab value="yaml">YAML</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="form">
              <RuleFields {...work} onKind={work.setKind} />
            </Tabs.Panel>
            <Tabs.Panel value="yaml">
              <Suspense fallback={<Skeleton height={300} />}>
                <YamlView
                  // It has a text of its own: another state of the rule is another text.
                  key={work.version}
                  draft={work.draft}
                  onChange={work.setDraft}
                  onReadable={(is) => setUnreadable(is ? undefined : work.version)}
                  errors={work.errors.map(({ path, message }) => ({ path, message }))}
                />
              </Suspense>
            </Tabs.Panel>
          </Tabs>
          {unfit.length > 0 && view === 'form' && (
            <Alert role="alert" variant="default" title="Not saved: mend this first">
              <List size="sm">
                {unfit.map(({ path, message }) => (
                  <List.Item key={`${path} ${message}`}>
                    {path}: {message}
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          {work.unjudged && (
            <Failure error={work.unjudged.error} title="The rule could not be checked" onRetry={work.unjudged.retry} />
          )}
          {failure && !isConflict(failure) && <Failure error={failure} title="The rule was not saved" />}
          <Group gap="xs">
            <Button
              type="submit"
              loading={isSaving}
              disabled={!mayWrite || !isChanged || !isReadable || !work.isJudged}
            >
              {verb}
            </Button>
            {onUndo && (
              <Button variant="default" disabled={!isChanged && isReadable} onClick={onUndo}>
                Undo the changes
              </Button>
            )}
            {changes && (
              <Text size="sm" c="dimmed" role="status">
                {isChanged ? `Changed: ${Object.keys(changes).join(', ')}` : 'Nothing is changed.'}
              </Text>
            )}
          </Group>
        </Stack>
      </form>
      <Stack component="section" gap="sm" aria-labelledby="try-title">
        <Title order={2} id="try-title">
          Try it
        </Title>
        <Text size="sm" c="dimmed">
          Nothing is saved or sent. The service decides as it does about events that come; silences and limits are not
          asked.
        </Text>
        <BacktestPanel draft={tried(work.draft)} />
        <Suspense fallback={<Skeleton height={200} />}>
          <EventTestPanel draft={tried(work.draft)} savedId={isChanged ? undefined : savedId} />
        </Suspense>
      </Stack>
    </Stack>
  );
}

export const isConflict = (error: Error | null): boolean =>
  error instanceof ApiProblem && error.code === 'revision_conflict';

/** A trial needs neither a name nor anybody to tell. */
function tried({ name, webhook_endpoint_ids, ...draft }: Json): Json {
  return draft;
}
