/**
 * Gives every request of a story a connection of its own. One that is kept may be closed by its server in the moment in which it is used again,
 * which on a busy machine is no rare moment: the request fails, and nobody did anything wrong.
 */
const { fetch } = globalThis;

globalThis.fetch = (input, init) => {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.set('connection', 'close');
  return fetch(input, { ...init, headers });
};
