import { afterAll, afterEach } from '@jest/globals';
import { takeNonconformities } from './conformance.ts';

/* Run by Jest before each test file: an answer that is not as the API's description says fails its test, whoever catches the error. */

const requireNone = (): void => {
  const found = takeNonconformities();
  if (found.length > 0) throw new Error(`Not as docs/openapi.json says:\n${found.join('\n')}`);
};

afterEach(requireNone);
afterAll(requireNone);
