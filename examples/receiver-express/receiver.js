// A receiver in Express: it acts on genuine alerts only, and on each once.
import { verifyWebhook } from '@exosphere/alerts/express';
import express from 'express';

const { SECRET, PORT = '9009' } = process.env;
if (!SECRET) throw new Error('SECRET is missing: the secret of the endpoint, whsec_…');

/** Delivery is at least once. A database does this in earnest; the oldest may be forgotten after the retries' time. */
const seen = new Set();

const app = express();
app.post('/hook', verifyWebhook({ secret: SECRET }), (request, response) => {
  const { id, data } = request.webhook;
  // Answer within seconds, and do what takes longer afterwards.
  response.sendStatus(204);
  if (seen.has(id)) return;
  seen.add(id);
  process.stdout.write(`${data.alert.severity}: ${data.alert.summary}\n`);
});

app.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`Listening at http://127.0.0.1:${PORT}/hook\n`));
