// Jest's way to our TypeScript: Node's own type stripping, so tests run the very text that production runs.
import { stripTypeScriptTypes } from 'node:module';

export default {
  process: (source, path) => ({ code: path.endsWith('.ts') ? stripTypeScriptTypes(source) : source }),
};
