/** Where the sample goes, and as whom. */
export interface SampleTarget {
  /** `http://127.0.0.1:8080` */
  url: string;
  apiKey: string;
  /** Signing secret of the inbox's two endpoints. */
  secret: string;
}

interface Created {
  id: string;
}

/**
 * Makes, through the API as anybody would, two endpoints at the built-in inbox (one that refuses the first attempts),
 * a rule for each, and sends one `workflow.failed` event. Safe to repeat: what is there already is left as it is.
 *
 * @throws Error when the API refuses for another reason
 */
export async function makeSample(target: SampleTarget): Promise<void> {
  const steady = await create('/v1/webhooks', {
    name: 'sample inbox',
    target_url: `${target.url}/inbox`,
    secret: target.secret,
  });
  const flaky = await create('/v1/webhooks', {
    name: 'sample flaky inbox',
    description: 'Refuses the first attempts of each delivery, so that you can watch one being retried and parked.',
    target_url: `${target.url}/inbox/flaky`,
    secret: target.secret,
    retry_policy: { schedule: ['1s', '2s'], jitter: 0 },
  });
  const endpoints = [steady, flaky].filter((endpoint) => endpoint !== undefined);
  if (endpoints.length > 0) {
    await create('/v1/alert-rules', {
      name: 'sample: a run failed',
      event_type: 'workflow.failed',
      condition: 'event.data.graph_name == "etl"',
      webhook_endpoint_ids: endpoints.map(({ id }) => id),
    });
  }
  await post('/v1/events', {
    id: 'sample-1',
    type: 'workflow.failed',
    data: {
      graph_name: 'etl',
      run_id: '5f0e',
      error: { type: 'TimeoutError', message: 'the warehouse did not answer', node_name: 'load' },
    },
  });

  /** @returns undefined where one of that name exists */
  async function create(path: string, body: object): Promise<Created | undefined> {
    const response = await post(path, body);
    return response.status === 409 ? undefined : ((await response.json()) as Created);
  }

  async function post(path: string, body: object): Promise<Response> {
    const response = await fetch(target.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': target.apiKey },
      body: JSON.stringify(body),
    });
    if (response.ok || response.status === 409) return response;
    throw new Error(`The sample could not be made: POST ${path} answered ${response.status}: ${await response.text()}`);
  }
}
