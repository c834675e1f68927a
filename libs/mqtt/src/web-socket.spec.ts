import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { attachWebSocket } from './web-socket.ts';

describe('the door for MQTT over WebSocket', () => {
  let server: Server;
  let detach: () => void;
  let accepted = 0;

  beforeEach(async () => {
    accepted = 0;
    server = createServer();
    detach = attachWebSocket(server, (stream) => {
      accepted += 1;
      stream.on('error', () => undefined).destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    detach();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  /** Asks for another protocol at an address as a stranger may write it; resolves when the server hangs up. */
  async function upgradeAt(target: string): Promise<void> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
    socket.write(
      `GET ${target} HTTP/1.1\r\nHost: sonae\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`,
    );
    await once(socket, 'close');
  }

  it('lets in who asks for /mqtt, with or without a query', async () => {
    await upgradeAt('/mqtt');
    await upgradeAt('/mqtt?from=browser');
    expect(accepted).toBe(2);
  });

  it.each(['/', '/other', '//', '//[', '//:99999', '/\\'])('F26 hangs up on who asks at %s, and lives', async (target) => {
    await upgradeAt(target);
    await upgradeAt('/mqtt');
    expect(accepted).toBe(1);
  });
});
