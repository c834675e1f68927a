import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StartedTestContainer } from 'testcontainers';
import type { Server } from './servers.ts';

// An engine answers a ping within 25 ms; one that says nothing for so long is not going to start a container either.
const PING_MS_MAX = 500;

const POSTGRES_PORT = 5432;
const MOSQUITTO_PORT = 1883;
const INFLUXDB_PORT = 8086;
const INFLUXDB_3_PORT = 8181;

/** Whether a container engine answers, asked on its socket; a `docker` program on PATH says nothing about an engine. */
export async function dockerAnswers(): Promise<boolean> {
  const host = process.env['DOCKER_HOST'];
  for (const place of host ? [host] : sockets()) if (await pings(new URL(place))) return true;
  return false;
}

function sockets(): readonly string[] {
  const run = process.env['XDG_RUNTIME_DIR'] ?? '/run';
  const places = [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    join(run, 'docker.sock'),
    join(run, 'podman/podman.sock'),
  ];
  return places.filter((place) => existsSync(place)).map((place) => `unix://${place}`);
}

const pings = ({ protocol, pathname, hostname, port }: URL): Promise<boolean> =>
  new Promise((done) => {
    const socket = protocol === 'unix:' ? connect(pathname) : connect(Number(port || 2375), hostname);
    let said = '';
    socket.setTimeout(PING_MS_MAX, () => socket.destroy());
    socket.once('error', () => done(false));
    socket.once('close', () => done(said.startsWith('HTTP/1.1 200')));
    socket.on('data', (chunk) => {
      said += chunk.toString();
      socket.end();
    });
    socket.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n');
  });

/** PostgreSQL in a container. */
export async function postgresContainer(): Promise<Server> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({ POSTGRES_USER: 'sonae', POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withExposedPorts(POSTGRES_PORT)
    // It starts twice: once to make the database, once to serve.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start();
  return contained(container, `postgres://sonae@${container.getHost()}:${container.getMappedPort(POSTGRES_PORT)}/postgres`);
}

/** Mosquitto in a container, with these lines of configuration. */
export async function mosquittoContainer(lines: readonly string[]): Promise<Server> {
  const { GenericContainer } = await import('testcontainers');
  const content = [`listener ${MOSQUITTO_PORT}`, ...lines].join('\n').replaceAll('{folder}', '/mosquitto/data');
  const container = await new GenericContainer('eclipse-mosquitto:2')
    .withCopyContentToContainer([{ content: `${content}\n`, target: '/mosquitto/config/mosquitto.conf' }])
    .withExposedPorts(MOSQUITTO_PORT)
    .start();
  return contained(container, `mqtt://${container.getHost()}:${container.getMappedPort(MOSQUITTO_PORT)}`);
}

/** InfluxDB 1.8 in a container, without users. */
export async function influxdbContainer(): Promise<Server> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer('influxdb:1.8')
    .withExposedPorts(INFLUXDB_PORT)
    .withWaitStrategy(Wait.forHttp('/ping', INFLUXDB_PORT).forStatusCode(204))
    .start();
  return contained(container, `http://${container.getHost()}:${container.getMappedPort(INFLUXDB_PORT)}`);
}

/** InfluxDB 2.7 in a container, with one organisation and one token that may do everything. */
export async function influxdb2Container({ org, token }: { readonly org: string; readonly token: string }): Promise<Server> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer('influxdb:2.7')
    .withEnvironment({
      DOCKER_INFLUXDB_INIT_MODE: 'setup',
      DOCKER_INFLUXDB_INIT_USERNAME: 'sonae',
      DOCKER_INFLUXDB_INIT_PASSWORD: 'password-of-the-tests',
      DOCKER_INFLUXDB_INIT_ORG: org,
      DOCKER_INFLUXDB_INIT_BUCKET: 'first',
      DOCKER_INFLUXDB_INIT_ADMIN_TOKEN: token,
    })
    .withExposedPorts(INFLUXDB_PORT)
    // While it sets itself up it answers pings too, on the same port, but knows no token yet.
    .withWaitStrategy(
      Wait.forHttp('/api/v2/buckets', INFLUXDB_PORT)
        .withHeaders({ authorization: `Token ${token}` })
        .forStatusCode(200),
    )
    .start();
  return contained(container, `http://${container.getHost()}:${container.getMappedPort(INFLUXDB_PORT)}`);
}

/** InfluxDB 3 Core in a container, which asks for no token. */
export async function influxdb3Container(): Promise<Server> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer('influxdb:3-core')
    .withCommand(['influxdb3', 'serve', '--node-id', 'tests', '--object-store', 'memory', '--without-auth'])
    .withExposedPorts(INFLUXDB_3_PORT)
    .withWaitStrategy(Wait.forHttp('/health', INFLUXDB_3_PORT).forStatusCode(200))
    .start();
  return contained(container, `http://${container.getHost()}:${container.getMappedPort(INFLUXDB_3_PORT)}`);
}

/** A container gets another port when it starts again, and so has no `restart`: those stories want a program of their own. */
const contained = (container: StartedTestContainer, url: string): Server => ({
  url,
  from: 'container',
  kill: async () => {
    await container.stop({ timeout: 0, remove: false });
  },
  restart: () => Promise.reject(new Error('a container comes back on another port; install the server with infra/test-servers.sh')),
  stop: async () => {
    await container.stop();
  },
});
