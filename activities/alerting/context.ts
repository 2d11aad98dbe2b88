import type { RuleNotifyState, Silence } from '../../src/domain/alerting/notify/message.ts';
import { acceptedOf } from '../../src/store/accepted-event.ts';
import { contextStatements } from '../../src/store/alert-context-log.ts';
import type { StoredSilence } from '../../src/store/alert-look-rows.ts';
import type { Sql } from '../../src/store/sql.ts';
import { dedupKeyOf } from './alert-row.ts';
import type { Decided } from './decided.ts';
import { strangersTold } from './recipients.ts';
import type { TellContext } from './tell.ts';

/**
 * Reads what is needed to tell of what was decided, once for all keys of a look: causes, alerts, silences, and whom only
 * an alert knows.
 *
 * @param ruleStates of the rules that have a cap; telling changes them
 * @param at ms
 */
export async function readContext(
  tx: Pick<Sql, 'query'>,
  decided: readonly Decided[],
  ruleStates: Map<string, RuleNotifyState>,
  at: number,
): Promise<TellContext> {
  // Where nothing was decided and nothing fires there is nothing to tell.
  const speaking = decided.filter(
    ({ locked, transitions, matches }) => transitions.length + matches.length > 0 || locked.alert_id !== null,
  );
  const ids = speaking.flatMap(({ locked }) => locked.alert_id ?? []);
  const alerts = new Map((await contextStatements.alerts(tx, ids)).map((alert) => [alert.id, alert]));
  const refs = speaking.flatMap(({ transitions, matches }) => [
    ...matches.map(({ event_ref }) => event_ref),
    ...transitions.flatMap(({ causeRef, endedBy }) => [causeRef, endedBy]),
  ]);
  const causes = [...alerts.values()].map(({ event_ref }) => event_ref);
  const wanted = [...new Set([...refs, ...causes])].filter((ref) => ref != null);
  const events = await contextStatements.events(tx, wanted);
  const namespaces = [...new Set(speaking.map(({ locked }) => locked.namespace))];
  const silences = namespaces.length === 0 ? [] : await contextStatements.silences(tx, namespaces, new Date(at));
  const ofNamespace = Map.groupBy(silences, ({ namespace }) => namespace);
  const silencesOf = new Map([...ofNamespace].map(([namespace, rows]) => [namespace, rows.map(silenceOf)]));
  const keys = speaking.filter(({ transitions, locked }) => transitions.length > 0 || locked.alert_id !== null);
  const latestMessages = await contextStatements.latestMessages(
    tx,
    keys.map(({ locked }) => dedupKeyOf(locked)),
  );
  const endpoints = await contextStatements.endpoints(tx, strangersTold(speaking, alerts));
  return {
    events: new Map(events.map((row) => [row.id, acceptedOf(row)])),
    alerts,
    latestMessages,
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])),
    silencesOf: (namespace) => silencesOf.get(namespace) ?? [],
    ruleStates,
    at,
  };
}

const silenceOf = ({ id, matchers, starts_at, ends_at }: StoredSilence): Silence => ({
  id,
  matchers,
  startsAt: starts_at.getTime(),
  endsAt: ends_at.getTime(),
});
