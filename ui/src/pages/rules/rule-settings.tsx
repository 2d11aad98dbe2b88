import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import type { AlertRule } from '../../api/queries.ts';
import { mergeDiff } from '../../kit/merge-diff.ts';
import { tell } from '../../kit/tell.ts';
import { Unsaved } from '../../kit/unsaved.tsx';
import { draftOf, patched } from './draft.ts';
import { ruleQuery } from './queries.ts';
import { isConflict, RuleEditor } from './rule-editor.tsx';
import { useDraft } from './use-draft.ts';

/** Changes a rule. Only what was changed is sent, and only to the revision that was read: nothing of others is lost. */
export function RuleSettings({ rule }: { rule: AlertRule }) {
  const [base, setBase] = useState(rule);
  const work = useDraft(draftOf(base), rule.id);
  const client = useQueryClient();
  const changes = mergeDiff(draftOf(base), work.draft);
  const isChanged = Object.keys(changes).length > 0;
  const restart = (from: AlertRule) => {
    setBase(from);
    work.restart(draftOf(from));
  };
  const save = useMutation({
    mutationFn: () =>
      dataOf(
        api.PATCH('/v1/alert-rules/{id}', {
          params: { path: { id: rule.id }, query: { if_revision: base.revision } },
          body: changes as never,
        }),
      ),
    onSuccess(saved) {
      client.setQueryData(ruleQuery(rule.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ['rules'] });
      restart(saved);
      tell('The changes are saved.');
    },
    onError: (error) => isConflict(error) && void client.invalidateQueries({ queryKey: ['rules'] }),
  });
  const isBehind = rule.updated_at !== base.updated_at && !save.isPending;
  // Nothing of one's own is in the form: it shows what is there now.
  if (isBehind && !isChanged) restart(rule);
  return (
    <Stack gap="sm">
      <Unsaved isChanged={isChanged} />
      {isBehind && isChanged && (
        <Alert role="alert" variant="default" title="Somebody has changed this rule meanwhile">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">
              It is at revision {rule.revision} now. Theirs:{' '}
              {Object.keys(mergeDiff(draftOf(base), draftOf(rule))).join(', ') || 'nothing that is shown here'}. Yours:{' '}
              {Object.keys(changes).join(', ')}.
            </Text>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  setBase(rule);
                  work.restart(patched(draftOf(rule), changes));
                  save.reset();
                }}
              >
                Put my changes on top of theirs
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  restart(rule);
                  save.reset();
                }}
              >
                Take theirs
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      <RuleEditor
        work={work}
        verb="Save the changes"
        savedId={rule.id}
        changes={changes}
        isSaving={save.isPending}
        failure={save.error}
        onSave={() => save.mutate()}
        onUndo={() => restart(rule)}
      />
    </Stack>
  );
}
