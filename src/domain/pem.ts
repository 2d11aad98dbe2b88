import { createPrivateKey, X509Certificate } from 'node:crypto';

/* Certificates and keys as people paste them. What is returned completes a sentence that begins with the field. */

/** Why a text is no certificate in PEM, or no chain that begins with one; undefined where it is. */
export function certificateFault(text: string): string | undefined {
  if (!/-----BEGIN CERTIFICATE-----/.test(text)) return 'must be a certificate in PEM: -----BEGIN CERTIFICATE-----…';
  return certificateOf(text) ? undefined : 'must be a certificate in PEM that can be read; paste the whole file';
}

/** The same for a private key. */
export function privateKeyFault(text: string): string | undefined {
  if (/ENCRYPTED/.test(text)) return 'must not be encrypted; decrypt it with: openssl pkey -in key.pem';
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return 'must be a private key in PEM: -----BEGIN PRIVATE KEY-----…';
  }
  return keyOf(text) ? undefined : 'must be a private key in PEM that can be read; paste the whole file';
}

/** Whether both can be read and the key is that of the certificate. */
export function belongTogether(certificate: string, privateKey: string): boolean {
  const key = keyOf(privateKey);
  return key !== undefined && certificateOf(certificate)?.checkPrivateKey(key) === true;
}

function certificateOf(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function keyOf(text: string) {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}
