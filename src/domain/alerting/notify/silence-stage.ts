import type { SilenceMatchers } from '../silence-schema.ts';
import { PASS, type Scene, type Silence, type StageAnswer, type Subject } from './message.ts';

/** Holds back what a silence matches, until the last such silence ends. */
export function silenceStage({ message, subject, silences, now }: Scene): StageAnswer {
  return message === 'resolved' ? PASS : answerOf(silences, subject, now);
}

/** Why an alert of a rule that remembers nothing is held back; undefined where it is not. @param now ms */
export function whySilenced(silences: readonly Silence[], subject: Subject, now: number): string | undefined {
  const answer = answerOf(silences, subject, now);
  return 'held' in answer ? heldReason(answer) : undefined;
}

/** The reason that is kept with what was held back. */
export const heldReason = ({ reason, detail }: { reason: string; detail: string }): string => `${reason}: ${detail}`;

function answerOf(silences: readonly Silence[], subject: Subject, now: number): StageAnswer {
  const active = silences.filter(
    ({ startsAt, endsAt, matchers }) => startsAt <= now && now < endsAt && matches(matchers, subject),
  );
  const last = active.toSorted((a, b) => b.endsAt - a.endsAt)[0];
  if (last === undefined) return PASS;
  const until = new Date(last.endsAt).toISOString();
  return { held: true, reason: 'silenced', detail: `silence ${last.id}, until ${until}`, retryAt: last.endsAt };
}

/** Whether all matchers of a silence match an alert. */
export function matches({ rule_id, rule_name, graph_name, labels }: SilenceMatchers, subject: Subject): boolean {
  if (rule_id !== undefined && rule_id !== subject.rule.id) return false;
  if (rule_name !== undefined && !matchesGlob(rule_name, subject.rule.name)) return false;
  if (graph_name !== undefined && !matchesGlob(graph_name, subject.graphName ?? '')) return false;
  return Object.entries(labels ?? {}).every(
    ([name, pattern]) => Object.hasOwn(subject.labels, name) && matchesGlob(pattern, subject.labels[name]!),
  );
}

/** `*` stands for any characters. Each piece is looked for once, so the time is bounded whatever the pattern. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  const end = text.length - last.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= end;
}
