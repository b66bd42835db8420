import * as esbuild from 'esbuild-wasm';

await esbuild.build({
  entryPoints: ['judge.mjs'],
  outfile: 'build/judge.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  alias: { 'cross-fetch': './no-fetch.mjs' },
  // The dependencies are CommonJS and call require().
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'error',
});
