import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { html, type Html, inline, pageHeaders } from '#html';
import { codeAt } from '#runtime';

export interface DemoSignIns {
  readonly passwords: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A page with what an authenticator app would show, so that a newcomer can sign in to the demo without one. Everybody on this machine can read it. */
export async function showCodes(
  signIns: DemoSignIns,
  port: number,
): Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }> {
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, HEADERS).end(page(signIns, Date.now()).markup);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

function page({ passwords, secrets }: DemoSignIns, now: number): Html {
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>確認コード（デモ）</title>
        ${STYLE.element}
      </head>
      <body>
        <h1>確認コード <small>認証アプリの代わり・デモ専用</small></h1>
        <table>
          <tr>
            <th>利用者名</th>
            <th>パスワード</th>
            <th>確認コード</th>
          </tr>
          ${Object.entries(passwords).map(
            ([name, password]) =>
              html`<tr>
                <td>${name}</td>
                <td>${password}</td>
                <td class="code">${secrets[name] === undefined ? '不要' : codeAt(secrets[name], now)}</td>
              </tr>`,
          )}
        </table>
        <p>コードは30秒ごとに変わり、一度だけ使えます。この画面は自動で更新されます。</p>
        ${SCRIPT.element}
      </body>
    </html>`;
}

const STYLE = inline(
  'style',
  `body { font-family: sans-serif; margin: 1.5rem 1rem; color: #1a1a1a; background: #fff }
small { color: #595959; font-size: .9rem; font-weight: normal }
th, td { text-align: left; padding: .5rem 1rem .5rem 0; overflow-wrap: anywhere; border-bottom: 1px solid #ccc }
.code { font-size: 1.4rem; font-variant-numeric: tabular-nums; letter-spacing: .05em }
h1 { font-size: 1.5rem }`,
);
const SCRIPT = inline('script', 'setTimeout(() => location.reload(), 2000);');
const HEADERS = pageHeaders(STYLE, SCRIPT);
