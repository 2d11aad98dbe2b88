// Makes what the examples need: an endpoint, and a rule that tells it of each event of a type. Typed again, it makes nothing
// twice: the endpoint gets another secret, since the first one is shown only once.
//
//   ALERTS=http://127.0.0.1:8080 KEY=… node examples/set-up.js <name> <URL of the receiver> [kind] [event type]
//
// Prints the endpoint's secret (receivers verify with it), or nothing for a kind that has its own way, such as slack.
import { ExosphereAlerts, unwrap } from '@exosphere/alerts';

const [name = 'my receiver', targetUrl = 'http://127.0.0.1:9009/hook', kind = 'http', eventType = 'workflow.failed'] =
  process.argv.slice(2);
const { api } = new ExosphereAlerts({
  url: process.env.ALERTS ?? 'http://127.0.0.1:8080',
  apiKey: process.env.KEY ?? '',
});

const endpoint = await endpointNamed(name);
const { items: rules } = await unwrap(api.GET('/v1/alert-rules', { params: { query: { limit: 200 } } }));
const ruleName = `${name}: ${eventType}`;
if (!rules.some((rule) => rule.name === ruleName)) {
  const rule = { name: ruleName, event_type: eventType, webhook_endpoint_id: endpoint.id };
  await unwrap(api.POST('/v1/alert-rules', { body: rule }));
}
if (kind === 'http') process.stdout.write(`${endpoint.secret}\n`);

async function endpointNamed(wanted) {
  const { items } = await unwrap(api.GET('/v1/webhooks', { params: { query: { limit: 200 } } }));
  const known = items.find((item) => item.name === wanted);
  if (!known) return unwrap(api.POST('/v1/webhooks', { body: { name: wanted, target_url: targetUrl, kind } }));
  const params = { path: { id: known.id } };
  const changed = await unwrap(api.PATCH('/v1/webhooks/{id}', { params, body: { target_url: targetUrl } }));
  if (kind !== 'http') return changed;
  return unwrap(api.POST('/v1/webhooks/{id}/rotate-secret', { params, body: {} }));
}
