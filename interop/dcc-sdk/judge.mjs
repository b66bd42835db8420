// Checks and issues certificates with @pathcheck/dcc-sdk. Bundled by build.mjs, because the
// package's own entry needs the loader "esm", which no longer starts on Node 20.

import * as readline from 'node:readline';
import { makeCWT, signAndPack, unpackAndVerify } from '@pathcheck/dcc-sdk/lib/main.js';

// The library prints whole payloads; standard output belongs to the answers.
for (const name of ['log', 'warn', 'error', 'info', 'debug']) console[name] = () => {};

const pem = (label, base64) =>
  `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g).join('\n')}\n-----END ${label}-----\n`;

async function verify({ text, cert }) {
  // The key is handed over: its own registry cannot be emptied between two certificates.
  const result = await unpackAndVerify(text, pem('CERTIFICATE', cert));
  if (result.status !== 'verified') return { verdict: 'reject', why: result.status };
  const payload = result.contents.get(-260).get(1);
  const { dn, sd, ci } = payload.v[0];
  const { fn, gn } = payload.nam;
  return { verdict: 'accept', read: { fn, gn, dob: payload.dob, dn, sd, ci } };
}

async function issue({ payload, cert, key, country }) {
  // The library reads its own clock and counts the validity in months.
  const cwt = await makeCWT(payload, 12, country);
  return { text: await signAndPack(cwt, pem('CERTIFICATE', cert), pem('PRIVATE KEY', key)) };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = request.op === 'issue' ? await issue(request) : await verify(request);
  } catch (e) {
    answer = request.op === 'issue' ? { error: String(e) } : { verdict: 'reject', why: String(e) };
  }
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
}
