import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { PACKET_BYTES_MAX } from '#wire';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** Where MQTT over WebSocket is spoken on the HTTP port. */
export const WEB_SOCKET_PATH = '/mqtt';

/** Offers MQTT over WebSocket on a server; the function returned takes the offer back. Other paths are left to other listeners. */
export function attachWebSocket(server: Server, accept: (stream: Duplex, request: IncomingMessage) => void): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    // One frame may carry the largest packet with its header; what is inside is measured by the guard.
    maxPayload: PACKET_BYTES_MAX + 16,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : offered.has('mqttv3.1') ? 'mqttv3.1' : false),
  });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Compared as it was written: a stranger's address need not be one, and parsing it would throw where nobody catches.
    if (request.url?.split('?', 1)[0] !== WEB_SOCKET_PATH) {
      if (server.listenerCount('upgrade') === 1) socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => accept(createWebSocketStream(webSocket), request));
  };
  server.on('upgrade', upgrade);
  return () => {
    server.off('upgrade', upgrade);
    sockets.close();
  };
}
