import type { components } from '@exosphere/alerts/openapi';
import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client.ts';
import { Failure } from '../../kit/failure.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { tell } from '../../kit/tell.ts';
import { Unsaved } from '../../kit/unsaved.tsx';
import { emptyDraft, type Json, tidy } from './draft.ts';
import { presetsQuery, ruleQuery } from './queries.ts';
import { RuleEditor } from './rule-editor.tsx';
import { useDraft } from './use-draft.ts';

const route = getRouteApi('/rules/new');

/** Makes a rule: from a ready one or from nothing, then the form. */
export default function NewRulePage() {
  const search = route.useSearch();
  const presets = useQuery(presetsQuery);
  if (presets.data === undefined) {
    return (
      <>
        <PageHeader title="New rule" />
        {presets.error ? (
          <Failure error={presets.error} onRetry={() => void presets.refetch()} />
        ) : (
          <Skeleton height={300} role="status" aria-label="Loading" />
        )}
      </>
    );
  }
  const { preset, type, endpoint } = search;
  const chosen = presets.data.items.find(({ id }) => id === preset);
  if (preset === undefined && type === undefined) return <Choice presets={presets.data.items} />;
  const empty = emptyDraft(type, endpoint);
  const start = chosen
    ? { ...empty, event_types: [], trigger: { kind: 'event' }, ...tidy(chosen.rule as Json) }
    : empty;
  return <Form key={preset ?? type} start={start} lead={chosen?.description ?? 'Which events to tell whom about.'} />;
}

function Choice({ presets }: { presets: components['schemas']['AlertRulePreset'][] }) {
  return (
    <>
      <PageHeader
        title="New rule"
        lead="Begin with a ready rule, and change what you like."
        actions={
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/rules/new" search={(before) => ({ ...before, preset: 'none' })} {...props} />
            )}
          >
            Begin with an empty one
          </Button>
        }
      />
      <SimpleGrid component="ul" cols={{ base: 1, sm: 2, lg: 3 }} m={0} p={0} style={{ listStyle: 'none' }}>
        {presets.map(({ id, title, description }) => (
          <Card component="li" key={id} withBorder padding="md">
            <Stack gap="xs" h="100%" justify="space-between">
              <div>
                <Title order={2} size="h4">
                  {title}
                </Title>
                <Text size="sm">{description}</Text>
              </div>
              <Group>
                <Button
                  size="sm"
                  variant="light"
                  aria-label={`Use this: ${title}`}
                  renderRoot={(props) => (
                    <Link to="/rules/new" search={(before) => ({ ...before, preset: id })} {...props} />
                  )}
                >
                  Use this
                </Button>
              </Group>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}

function Form({ start, lead }: { start: Json; lead: string }) {
  const work = useDraft(start, undefined);
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/alert-rules', { body: work.draft as never })),
    onSuccess(rule) {
      client.setQueryData(ruleQuery(rule.id).queryKey, rule);
      void client.invalidateQueries({ queryKey: ['rules'] });
      tell(`The rule “${rule.name}” is made.`);
      void navigate({ to: '/rules/$id', params: { id: rule.id }, ignoreBlocker: true });
    },
  });
  return (
    <>
      <PageHeader title="New rule" lead={lead} />
      <Unsaved isChanged={JSON.stringify(work.draft) !== JSON.stringify(start)} />
      <RuleEditor
        work={work}
        verb="Create the rule"
        isSaving={save.isPending}
        failure={save.error}
        onSave={() => save.mutate()}
      />
    </>
  );
}
