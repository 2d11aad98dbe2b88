/** This page's nonce, without which the policy (CSP) lets no style element in. Empty in development. */
export const cspNonce: string = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
