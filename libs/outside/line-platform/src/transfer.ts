import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SpoiltAnswer } from './faults.ts';
import type { Answer } from './messaging-api.ts';

/** The raw body, or `tooLarge` as soon as it is. */
export async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<Buffer | 'tooLarge'> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    // What comes after the bound is read and dropped, so that the caller still gets its 413.
    if (bytes <= bytesMax) pieces.push(piece);
  }
  return bytes > bytesMax ? 'tooLarge' : Buffer.concat(pieces);
}

/** How the answer reaches the caller: with its own status, as a fault's message, or spoilt on the way. */
export function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  told: number | SpoiltAnswer | { readonly status: number; readonly message: string },
): void {
  switch (told) {
    case 'drop':
      response.destroy();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"sentMess', () => response.destroy());
      return;
    case 'html':
      notLine(response, 200, 'text/html', '<!doctype html><title>Wi-Fi</title><p>Please sign in to use the network.');
      return;
    case 'json':
      notLine(response, 200, 'application/json', '{"portal":"https://wifi.example.jp/","signedIn":false}');
      return;
    case 'gateway':
      notLine(response, 502, 'text/html', '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>');
      return;
    case 'silence':
      return;
  }
  if (answer.acceptedRequestId !== undefined) response.setHeader('x-line-accepted-request-id', answer.acceptedRequestId);
  const { status, body } =
    typeof told === 'object' ? { status: told.status, body: { message: told.message } } : { status: told, body: answer.body };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Somebody else knows nothing of LINE's number for the request. */
function notLine(response: ServerResponse, status: number, type: string, body: string): void {
  response.removeHeader('x-line-request-id');
  response.writeHead(status, { 'content-type': type }).end(body);
}
