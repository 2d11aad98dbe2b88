import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The keys that the embedded default makes for itself at its first start. */
export interface EmbeddedKeys {
  apiKey: string;
  /** Where the API key is kept, for commands to read. */
  apiKeyFile: string;
  /** In the form of EXOSPHERE_ENCRYPTION_KEYS. */
  encryptionKeys: string;
  /** True when the API key was made just now: it is then to be shown, once. */
  isNew: boolean;
}

/**
 * Reads the keys, or makes and keeps them, readable by the owner alone.
 *
 * @param dataDir the data folder
 * @param randomBytes a cryptographic source
 */
export function keepEmbeddedKeys(dataDir: string, randomBytes: (size: number) => Uint8Array): EmbeddedKeys {
  mkdirSync(dataDir, { recursive: true });
  const random = (size: number, form: 'hex' | 'base64') => Buffer.from(randomBytes(size)).toString(form);
  const apiKeyFile = join(dataDir, 'api-key');
  const encryption = keep(join(dataDir, 'encryption-keys'), () => `k1:${random(32, 'base64')}`);
  const apiKey = keep(apiKeyFile, () => `exo_${random(24, 'hex')}`);
  return { apiKey: apiKey.text, apiKeyFile, encryptionKeys: encryption.text, isNew: apiKey.isNew };
}

/** The file's text, or what `make` gives, kept there; the file appears only when it is complete. */
function keep(path: string, make: () => string): { text: string; isNew: boolean } {
  if (existsSync(path)) return { text: readFileSync(path, 'utf8').trim(), isNew: false };
  const text = make();
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return { text, isNew: true };
}
