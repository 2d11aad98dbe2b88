// Stands for Slack's incoming webhooks: prints the text of each message that it gets.
import { createServer } from 'node:http';

const { PORT = '9011' } = process.env;

createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  process.stdout.write(`${JSON.parse(body).text}\n`);
  response.end('ok');
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`Listening at http://127.0.0.1:${PORT}/\n`));
