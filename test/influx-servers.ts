import assert from 'node:assert/strict';
import type { InfluxAddress } from '#influx';
import { influxdb2Container, influxdb3Container } from './containers.ts';
import { influxdbServer, type Server } from './servers.ts';
import { InfluxFront } from './support/influx-front.ts';

const ORG = 'mihon';
const TOKEN = 'token-of-the-tests';

/** An InfluxDB that suites write to. */
export interface InfluxServer {
  readonly server: Server;
  /** A new, empty bucket. */
  newBucket(): Promise<InfluxAddress>;
  stop(): Promise<void>;
}

/** One of 1.x: Debian's is older than `/api/v2/write`, which the front gives it. The front also stands for a bad network. */
export async function influxdb1(): Promise<InfluxServer & { readonly front: InfluxFront }> {
  const server = await influxdbServer();
  const front = await InfluxFront.start(server.url);
  return {
    server,
    front,
    newBucket: async () => {
      const bucket = nextName();
      await asked(`${server.url}/query?q=${encodeURIComponent(`create database "${bucket}"`)}`, { method: 'POST' });
      return { url: front.url, org: ORG, token: TOKEN, bucket };
    },
    stop: async () => {
      await front.stop();
      await server.stop();
    },
  };
}

/** One of 2.7, in a container. */
export async function influxdb2(): Promise<InfluxServer> {
  const server = await influxdb2Container({ org: ORG, token: TOKEN });
  const headers = { authorization: `Token ${TOKEN}`, 'content-type': 'application/json' };
  return {
    server,
    newBucket: async () => {
      const found = (await asked(`${server.url}/api/v2/orgs?org=${ORG}`, { headers })) as {
        readonly orgs: readonly { readonly id: string }[];
      };
      const bucket = nextName();
      const body = JSON.stringify({ orgID: found.orgs[0]?.id, name: bucket, retentionRules: [] });
      await asked(`${server.url}/api/v2/buckets`, { method: 'POST', headers, body });
      return { url: server.url, org: ORG, token: TOKEN, bucket };
    },
    stop: () => server.stop(),
  };
}

/** One of 3 Core, in a container. */
export async function influxdb3(): Promise<InfluxServer> {
  const server = await influxdb3Container();
  return {
    server,
    newBucket: async () => {
      const bucket = nextName();
      const headers = { 'content-type': 'application/json' };
      await asked(`${server.url}/api/v3/configure/database`, { method: 'POST', headers, body: JSON.stringify({ db: bucket }) });
      return { url: server.url, org: ORG, token: TOKEN, bucket };
    },
    stop: () => server.stop(),
  };
}

async function asked(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const said = await response.text();
  assert(response.ok, `${url}: ${response.status} ${said}`);
  return said === '' ? null : JSON.parse(said);
}

let buckets = 0;

/** A server that somebody else runs keeps the buckets of earlier runs. */
function nextName(): string {
  buckets += 1;
  return `sonae_${process.pid}_${Date.now()}_${buckets}`;
}
