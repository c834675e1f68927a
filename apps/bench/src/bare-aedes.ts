import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';

// The program of the peer: aedes as it comes, which lets everybody in, keeps nothing and has nobody to forward to.

const aedes = await Aedes.createBroker({ authorizePublish: (_client, _packet, done) => done(null) });
const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
