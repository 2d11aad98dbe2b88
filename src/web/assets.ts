import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { NextFunction, Request, Response } from 'express';

/** Names are those of Vite, with a hash of the content: what a browser has stays right for ever. */
const YEAR_MS = 365 * 24 * 3_600_000;
const NAME = /^[\w-][\w.-]*$/;
/** Made by the build, the smaller first. */
const PACKED: [encoding: string, ending: string][] = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

/** Serves the files of a folder, packed where the browser takes that and the build has made it. */
export function assets(folder: string) {
  return (request: Request<{ name: string }>, response: Response, next: NextFunction): void => {
    const { name } = request.params;
    if (!NAME.test(name) || !existsSync(join(folder, name))) {
      next();
      return;
    }
    const packed = PACKED.find(
      ([encoding, ending]) => request.acceptsEncodings(encoding) !== false && existsSync(join(folder, name + ending)),
    );
    response.vary('accept-encoding').type(extname(name));
    if (packed) response.set('content-encoding', packed[0]);
    const options = { root: folder, immutable: true, maxAge: YEAR_MS, etag: false, lastModified: false };
    response.sendFile(name + (packed?.[1] ?? ''), options, (error) => {
      // The browser is gone: what has begun cannot be taken back.
      if (!error || response.headersSent) return;
      // No file, or gone between the look and the reading, as while the UI is built anew.
      response.removeHeader('content-encoding');
      next();
    });
  };
}
