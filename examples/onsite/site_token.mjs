// Make the token with which a page of your shop asks Attune what to show. Runs in your backend, never in the page.
//
// Usage: ATTUNE_SITE_KEY=... node site_token.mjs customer-ada
//        ATTUNE_SITE_KEY=... node site_token.mjs anon:7f3a-cookie
// The key is the value of "current" in the secret SiteTokenKeysSecret. Needs nothing but Node.
import { createHmac } from 'node:crypto';
import { argv, env } from 'node:process';
import { pathToFileURL } from 'node:url';

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Return a token for a user id, or for "anon:" and the anonymous id that your events carry. */
export function siteToken(customer, key, minutes = 60) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: customer, aud: 'attune-onsite', iat: now, exp: now + 60 * minutes };
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  console.log(siteToken(argv[2], env.ATTUNE_SITE_KEY));
}
