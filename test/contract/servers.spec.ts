import mqtt from 'mqtt';
import { leftOut, mosquittoServer } from '../servers.ts';

const withoutMosquitto = await leftOut('mosquitto', 'Mosquitto itself');
(withoutMosquitto ? describe.skip : describe)('Mosquitto as a server for suites', () => {
  it('comes back on the same port with what it kept, after it ended in good order', async () => {
    const lines = ['allow_anonymous true', 'persistence true', 'persistence_location {folder}/'];
    const server = await mosquittoServer({ lines });
    try {
      const before = await mqtt.connectAsync(server.url);
      await before.publishAsync('sonae/v1/tama-03/state', '{"online":true}', { qos: 1, retain: true });
      await before.endAsync();
      await server.kill('SIGTERM');
      await server.restart();

      const after = await mqtt.connectAsync(server.url);
      const kept = new Promise<string>((done) => {
        after.once('message', (_topic, payload) => done(payload.toString()));
      });
      await after.subscribeAsync('sonae/v1/+/state', { qos: 1 });
      expect(await kept).toBe('{"online":true}');
      await after.endAsync();
    } finally {
      await server.stop();
    }
  });
});
