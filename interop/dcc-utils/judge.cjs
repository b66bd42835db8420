// Checks certificates with dcc-utils, the library of the Italian ministry of health.

const readline = require('node:readline');
const { DCC } = require('dcc-utils');

const pem = (base64) =>
  `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;

async function verify({ text, cert }) {
  const dcc = await DCC.fromRaw(text);
  // Throws where the signature is wrong; returns the signed bytes otherwise. The certificate is
  // handed over, so the key id is not compared.
  await dcc.checkSignatureWithCertificate(pem(cert));
  const { dn, sd, ci } = dcc.payload.v[0];
  const { fn, gn } = dcc.payload.nam;
  return { verdict: 'accept', read: { fn, gn, dob: dcc.payload.dob, dn, sd, ci } };
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    const answer = await verify(request).catch((e) => ({ verdict: 'reject', why: String(e) }));
    process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
  }
}

main();
