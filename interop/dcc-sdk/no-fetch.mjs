// Stands in for cross-fetch: on an unknown key id the library would load a list from the web.
export default async () => {
  throw new Error('no network in this test');
};
