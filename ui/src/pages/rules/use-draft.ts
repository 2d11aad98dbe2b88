import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Json, withKind, withValue } from './draft.ts';
import { errorAt, type FormPart } from './form.ts';
import { verdictQuery } from './queries.ts';

/** The service is asked once the person pauses this long. */
const PAUSE_MS = 300;

/**
 * A rule that is being written, judged by the service while it is.
 *
 * @param ruleId of the one that is changed; undefined for a new one
 */
export function useDraft(start: Json, ruleId: string | undefined) {
  const [draft, setDraft] = useState(start);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setIsAsked] = useState(false);
  const [version, setVersion] = useState(0);
  const [judgedDraft] = useDebouncedValue(draft, PAUSE_MS);
  const verdict = useQuery(verdictQuery(judgedDraft, ruleId));
  const errors = verdict.data?.errors ?? [];
  const isOld = verdict.isPlaceholderData || judgedDraft !== draft;

  const set = (path: string, value: unknown) => {
    setDraft((before) => withValue(before, path, value));
    setTouched((before) => new Set(before).add(path));
  };
  const part: FormPart = {
    draft,
    set,
    errorOf: (path) => {
      const isShown =
        isAsked || [...touched].some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}.`));
      return isShown ? errorAt(errors, path) : undefined;
    },
  };
  return {
    ...part,
    setDraft,
    setKind: (kind: Parameters<typeof withKind>[1]) => setDraft((before) => withKind(before, kind)),
    /** All that is wrong, as far as the service has been asked. */
    errors,
    /** Of the condition; none while an older text's are on hand. */
    faults: verdict.isPlaceholderData ? [] : errors.filter(({ path }) => path === 'condition'),
    judged: verdict.isPlaceholderData ? '' : String(judgedDraft.condition ?? ''),
    /** Why the service could not be asked, and the way to ask again; null where it could. */
    unjudged: verdict.error === null ? null : { error: verdict.error, retry: () => void verdict.refetch() },
    isValid: verdict.data?.valid === true && !isOld,
    isJudged: verdict.data !== undefined && !isOld,
    showAll: () => setIsAsked(true),
    /** Another each time that the draft is made anew from elsewhere: what holds a text of it begins anew. */
    version,
    restart: (next: Json) => {
      setVersion((before) => before + 1);
      setDraft(next);
      setTouched(new Set());
      setIsAsked(false);
    },
  };
}
