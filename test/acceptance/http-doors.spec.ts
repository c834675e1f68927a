import { ROLES, type Role, type Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { builtPage } from '../browser/built-page.ts';
import { passwordOf, Station } from '../support/station.ts';

const GAUGE = 'ose-seguchi';
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

type Who = Role | 'nobody';
const EVERYBODY: readonly Who[] = ['nobody', ...ROLES];

/** Who may pass, what those hear that may, and what is asked for in place of the names in the path. */
interface Door {
  readonly open: 'anyone' | 'signedIn' | readonly Role[];
  readonly answer: number;
  readonly body?: object;
}

/** Every route of the service. A new one has no row here and fails until somebody has decided who may pass (S12). */
const DOORS: Readonly<Record<string, Door>> = {
  'GET /healthz': { open: 'anyone', answer: 200 },
  'GET /readyz': { open: 'anyone', answer: 200 },
  'GET /metrics': { open: 'anyone', answer: 200 },
  'POST /api/v1/session': { open: 'anyone', answer: 200, body: { user: 'viewer', password: passwordOf('viewer') } },
  // A wrong password proves nothing, and the session stays.
  'POST /api/v1/session/renew': { open: 'signedIn', answer: 403, body: { password: 'wrong' } },
  'GET /api/v1/session': { open: 'signedIn', answer: 200 },
  'DELETE /api/v1/session': { open: 'signedIn', answer: 204 },
  'GET /api/v1/live': { open: 'signedIn', answer: 200 },
  'GET /api/v1/status': { open: 'signedIn', answer: 200 },
  'GET /api/v1/gauges': { open: 'signedIn', answer: 200 },
  'GET /api/v1/gauges/{id}': { open: 'signedIn', answer: 200 },
  'GET /api/v1/gauges/{id}/readings': { open: 'signedIn', answer: 200 },
  'GET /api/v1/findings': { open: 'signedIn', answer: 200 },
  'GET /api/v1/gauges/{id}/faults': { open: 'signedIn', answer: 200 },
  'GET /api/v1/gauges/{id}/logbook': { open: 'signedIn', answer: 200 },
  // There is no observation at that instant: whoever may correct hears that.
  'POST /api/v1/gauges/{id}/corrections': {
    open: ['operator', 'duty', 'decider', 'admin'],
    answer: 404,
    body: { at: 1, value: 3, reason: '水位標で確認' },
  },
  'POST /api/v1/gauges/{id}/notes': { open: ['operator', 'duty', 'decider', 'admin'], answer: 201, body: { text: '草が絡んでいます' } },
  // A river counts nobody.
  'POST /api/v1/gauges/{id}/count': { open: ['operator', 'duty', 'decider', 'admin'], answer: 400, body: { count: 3 } },
  // A river calls no tickets.
  'POST /api/v1/gauges/{id}/tickets': {
    open: ['operator', 'duty', 'decider', 'admin'],
    answer: 400,
    body: { channel: 'line', address: 'nobody', number: 3 },
  },
  'POST /api/v1/gauges/{id}/maintenance': {
    open: ['operator', 'duty', 'decider', 'admin'],
    answer: 201,
    body: { from: Date.now() + 3_600_000, until: Date.now() + 7_200_000, reason: '点検' },
  },
  'POST /api/v1/gauges/{id}/maintenance/{maintenance}/end': { open: ['operator', 'duty', 'decider', 'admin'], answer: 404 },
  'GET /api/v1/alerts/{id}': { open: 'signedIn', answer: 200 },
  'POST /api/v1/alerts/{id}/acknowledge': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  'POST /api/v1/alerts/{id}/answer': { open: ['duty', 'decider', 'admin'], answer: 200 },
  'GET /api/v1/rules/scores': { open: 'signedIn', answer: 200 },
  'POST /api/v1/alerts/{id}/mute': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  'POST /api/v1/alerts/{id}/unmute': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  'POST /api/v1/alerts/{id}/assign': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200, body: { to: 'duty' } },
  'POST /api/v1/alerts/{id}/note': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200, body: { text: '堤防は無事' } },
  'GET /api/v1/playbook': { open: 'signedIn', answer: 200 },
  'GET /api/v1/playbook/versions': { open: 'signedIn', answer: 200 },
  // The playbook of this story is in no folder, so no version of it is kept and nothing can be changed.
  'GET /api/v1/playbook/versions/{version}': { open: 'signedIn', answer: 404 },
  'GET /api/v1/playbook/preview': { open: ['decider', 'admin'], answer: 200 },
  'POST /api/v1/playbook/preview': { open: ['decider', 'admin'], answer: 409, body: { files: {} } },
  'GET /api/v1/staff': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  'GET /api/v1/silences': { open: 'signedIn', answer: 200 },
  'POST /api/v1/silences': {
    open: ['duty', 'decider', 'admin'],
    answer: 201,
    body: { matcher: { rivers: ['桜谷川'] }, reason: '点検', endsAt: Date.now() + 3_600_000 },
  },
  'POST /api/v1/silences/{id}/end': { open: ['duty', 'decider', 'admin'], answer: 200 },
  'GET /api/v1/transitions': { open: 'signedIn', answer: 200 },
  'GET /api/v1/transitions/{id}/messages': { open: 'signedIn', answer: 200 },
  'GET /api/v1/deliveries': { open: 'signedIn', answer: 200 },
  'GET /api/v1/mail/bounces': { open: 'signedIn', answer: 200 },
  // Without the name of something there is nothing to walk back from.
  'GET /api/v1/lineage': { open: 'signedIn', answer: 400 },
  // A delivery that arrived is no dead letter: whoever may ask hears that.
  'POST /api/v1/deliveries/{id}/retry': { open: ['duty', 'decider', 'admin'], answer: 409 },
  'POST /api/v1/deliveries/{id}/close': { open: ['duty', 'decider', 'admin'], answer: 409, body: { reason: '電話で伝えた' } },
  'POST /api/v1/dead-letters': {
    open: ['duty', 'decider', 'admin'],
    answer: 200,
    body: { act: 'close', reason: '電話で伝えた', which: { channel: 'line' } },
  },
  // Without the name of a message nobody can say whom it reached.
  'GET /api/v1/reach': { open: 'signedIn', answer: 400 },
  'GET /api/v1/reach.csv': { open: 'signedIn', answer: 400 },
  'GET /api/v1/call-list': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  'GET /api/v1/dispatch': { open: 'signedIn', answer: 200 },
  // Nothing is held.
  'POST /api/v1/dispatch/release': { open: ['decider', 'admin'], answer: 409, body: { reason: '確認した' } },
  'GET /api/v1/subscribers': { open: 'signedIn', answer: 200 },
  // Nobody subscribed with it: whoever may ask hears that.
  'POST /api/v1/subscribers/export': { open: ['admin'], answer: 404, body: { channel: 'line', address: 'nobody' } },
  'POST /api/v1/subscribers/erase': { open: ['admin'], answer: 404, body: { channel: 'line', address: 'nobody' } },
  'GET /api/v1/orders': { open: 'signedIn', answer: 200 },
  'GET /api/v1/orders/plan': { open: 'signedIn', answer: 200 },
  'GET /api/v1/orders/{id}': { open: 'signedIn', answer: 200 },
  // Residents were told nothing of a proposal, so there is nothing to copy.
  'GET /api/v1/orders/{id}/copy': { open: 'signedIn', answer: 404 },
  // The playbook has no such preset: whoever may propose hears that.
  'POST /api/v1/orders': { open: ['duty', 'decider'], answer: 400, body: { preset: 'nowhere' } },
  // Nobody saw this version: whoever may act hears that.
  'POST /api/v1/orders/{id}/confirm': { open: ['decider'], answer: 409, body: { version: 99 } },
  'POST /api/v1/orders/{id}/undo': { open: ['duty', 'decider'], answer: 409, body: { version: 99 } },
  'POST /api/v1/orders/{id}/withdraw': { open: ['duty', 'decider'], answer: 409, body: { version: 99 } },
  'POST /api/v1/orders/{id}/update': { open: ['duty', 'decider'], answer: 409, body: { version: 99, municipalLevel: 4 } },
  'POST /api/v1/orders/{id}/lift': { open: ['duty', 'decider'], answer: 409, body: { version: 99 } },
  'POST /api/v1/orders/{id}/correct': { open: ['decider'], answer: 409, body: { version: 99, reason: '誤り' } },
  // Nothing was given yet that could be reported.
  'POST /api/v1/orders/{id}/governor-report': { open: ['duty', 'decider'], answer: 409, body: { reportedAt: 1 } },
  'POST /api/v1/orders/{id}/report': { open: ['duty', 'decider'], answer: 200, body: { text: '越水を確認' } },
  'GET /api/v1/drills': { open: 'signedIn', answer: 200 },
  'GET /api/v1/drills/usual': { open: 'signedIn', answer: 200 },
  // There is no drill: whoever may ask hears that.
  'GET /api/v1/drills/{id}': { open: 'signedIn', answer: 404 },
  'POST /api/v1/drills': { open: ['decider', 'admin'], answer: 404, body: { usual: 'nowhere', reason: '確認' } },
  'POST /api/v1/drills/{id}/confirm': { open: ['decider', 'admin'], answer: 404 },
  'POST /api/v1/drills/{id}/end': { open: ['duty', 'decider', 'admin'], answer: 404, body: { reason: '確認' } },
  'GET /api/v1/reports': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  // Nobody reported anything.
  'POST /api/v1/reports/{id}/see': { open: ['operator', 'duty', 'decider', 'admin'], answer: 404, body: {} },
  'POST /api/v1/reports/{id}/close': { open: ['operator', 'duty', 'decider', 'admin'], answer: 404, body: {} },
  'GET /api/v1/shelters': { open: 'signedIn', answer: 200 },
  'POST /api/v1/shelters/{id}/opening': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200, body: { state: 'open' } },
  'GET /api/v1/shelters/{id}/check-ins': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  // Without a key a repeat would count a family twice.
  'POST /api/v1/shelters/{id}/check-ins': {
    open: ['operator', 'duty', 'decider', 'admin'],
    answer: 400,
    body: { act: 'come', persons: 3 },
  },
  'GET /api/v1/shelters/{id}/door-sheet': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200 },
  'POST /api/v1/shelters/{id}/door-sheet': { open: ['operator', 'duty', 'decider', 'admin'], answer: 200, body: { replaces: 1 } },
  'GET /api/v1/audit': { open: ['admin', 'auditor'], answer: 200 },
  'GET /api/v1/audit/standing': { open: ['admin', 'auditor'], answer: 200 },
  'GET /api/v1/audit.csv': { open: ['admin', 'auditor'], answer: 200 },
  'GET /api/v1/quarantine': { open: ['operator', 'duty', 'admin', 'auditor'], answer: 200 },
  // Devices have keys of their own; staff are nobody here.
  'POST /api/v1/devices/{device}/obs': { open: 'anyone', answer: 401 },
};

interface Asked {
  readonly as?: Who;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ENDS_A_SESSION: ReadonlySet<string> = new Set(['POST /api/v1/session', 'DELETE /api/v1/session']);

describe('the doors of HTTP', () => {
  let station: Station;
  const cookies = new Map<Who, string>();
  /** What stands in the paths: an alert that is raised, its transition and a delivery of it. */
  const things: Record<string, string> = {};

  const ask = async (method: string, path: string, { as = 'nobody', body, headers = {} }: Asked = {}): Promise<Response> => {
    const cookie = cookies.get(as);
    const leave = new AbortController();
    const response = await fetch(`${station.httpUrl}${path}`, {
      method,
      redirect: 'manual',
      signal: leave.signal,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    // The live line never ends by itself.
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) leave.abort();
    return response;
  };
  const read = async <T>(path: string): Promise<T> => (await (await ask('GET', path, { as: 'duty' })).json()) as T;
  const signIn = async (user: string): Promise<string> => {
    const response = await ask('POST', '/api/v1/session', { body: { user, password: passwordOf(user) } });
    return response.headers.get('set-cookie')!.split(';')[0]!;
  };
  const keyOf = (device: string, key = station.keys[device]!) => ({
    authorization: `Basic ${Buffer.from(`${device}:${key}`).toString('base64')}`,
  });
  const obs = (device: string, body: object | string, headers: Readonly<Record<string, string>> = keyOf(device)): Promise<Response> =>
    ask('POST', `/api/v1/devices/${device}/obs`, { body, headers });
  const metric = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await ask('GET', '/metrics')).text())?.[1]);

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    await builtPage();
    station = await Station.start({ playbook, subscribers: [duty], staff: ROLES.map((role) => ({ name: role, role })) });
    for (const role of ROLES) cookies.set(role, await signIn(role));
    const now = Date.now();
    await obs(
      GAUGE,
      [5.05, 5.1, 5.12].map((level, at) => ({ seq: at, t: now - (3 - at) * 60_000, level })),
    );
    await station.settled();
    const { alerts } = await read<{ alerts: { id: string }[] }>(`/api/v1/gauges/${GAUGE}`);
    const { items: transitions } = await read<{ items: { transition: { id: string } }[] }>('/api/v1/transitions');
    const { items: deliveries } = await read<{ items: { id: string }[] }>('/api/v1/deliveries');
    const proposal = { municipalLevel: 3, hazard: 'flood', districts: ['honmachi'] };
    const order = (await (await ask('POST', '/api/v1/orders', { as: 'duty', body: proposal })).json()) as { id: string };
    Object.assign(things, {
      gauges: GAUGE,
      devices: GAUGE,
      alerts: alerts[0]!.id,
      transitions: transitions[0]!.transition.id,
      deliveries: deliveries[0]!.id,
      silences: 'silence-1',
      orders: order.id,
      drills: 'd0',
      reports: 'r0',
      shelters: playbook.shelters[0]!.id,
    });
  });

  afterAll(() => station.stop());

  it('S12 are all in the table of who may pass', async () => {
    const document = (await (await ask('GET', '/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual(Object.keys(DOORS).toSorted());
    const parameters = (path: string): unknown =>
      document.paths[path]?.['get']?.parameters?.map(({ name, in: where }) => `${where} ${name}`);
    expect(parameters('/api/v1/gauges/{id}/readings')).toEqual(expect.arrayContaining(['path id', 'query from', 'query to']));
    expect(parameters('/api/v1/deliveries')).toEqual(expect.arrayContaining(['query limit', 'query cursor', 'query state']));
  });

  it.each(Object.keys(DOORS))('S12 let pass who may and nobody else: %s', async (route) => {
    const { open, answer, body } = DOORS[route]!;
    const [method, pattern] = route.split(' ') as [string, string];
    const path = pattern.replace(/([a-z]+)\/\{\w+\}/, (_, kind: string) => `${kind}/${encodeURIComponent(things[kind]!)}`);
    const mayPass = (who: Who): boolean => open === 'anyone' || (who !== 'nobody' && (open === 'signedIn' || open.includes(who)));
    const heard: Partial<Record<Who, number>> = {};
    const wanted: Partial<Record<Who, number>> = {};
    const refusals: (readonly [string | null, unknown])[] = [];
    const gone: number[] = [];
    for (const who of EVERYBODY) {
      const response = await ask(method, path, { as: who, ...(body ? { body } : {}) });
      heard[who] = response.status;
      wanted[who] = mayPass(who) ? answer : who === 'nobody' ? 401 : 403;
      if (response.status >= 400) refusals.push([response.headers.get('content-type'), await response.json()]);
      // Who leaves, and who is replaced by somebody else at the same desk, leaves no session behind.
      if (ENDS_A_SESSION.has(route) && who !== 'nobody') {
        gone.push((await ask('GET', '/api/v1/session', { as: who })).status);
        cookies.set(who, await signIn(who));
      }
    }
    expect(heard).toEqual(wanted);
    const problem = {
      type: expect.stringMatching(/^(about:blank|urn:sonae:[a-zA-Z:-]+)$/),
      title: expect.any(String),
      status: expect.any(Number),
      detail: expect.any(String),
    };
    expect(refusals).toEqual(refusals.map(() => ['application/problem+json; charset=utf-8', problem]));
    expect(gone).toEqual(gone.map(() => 401));
  });

  it.each([
    '/hq/',
    '/hq/gauges/x',
    '/api',
    '/api/openapi.json',
    '/api/v1/status',
    '/healthz',
    '/metrics',
    '/nowhere',
    '/hq/assets/gone.js',
  ])('S27 carry the headers that protect a browser: %s', async (path) => {
    const { headers } = await ask('GET', path, { as: 'duty' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers.get('x-powered-by')).toBeNull();
    // Promised only where the service is reached over TLS: a browser remembers it for a year.
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('S27 leave nothing of what staff see in the cache of a shared PC', async () => {
    const paths = [
      '/hq/',
      '/api/v1/session',
      '/api/v1/gauges',
      `/api/v1/gauges/${GAUGE}/readings`,
      '/api/v1/deliveries',
      '/api/v1/quarantine',
    ];
    for (const path of paths) {
      const { headers } = await ask('GET', path, { as: 'duty' });
      expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
  });

  it('S11 give a session that scripts and other sites never see', async () => {
    const response = await ask('POST', '/api/v1/session', { body: { user: 'duty', password: passwordOf('duty') } });
    expect(response.headers.get('set-cookie')).toMatch(/^sonae=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await response.json()).toEqual({ user: 'duty', role: 'duty', confirmedAt: expect.any(Number) });
  });

  it('S10 say the same of a wrong password and of a name that nobody has, and make the sixth try wait', async () => {
    const refuse = async (user: string) => {
      const response = await ask('POST', '/api/v1/session', { body: { user, password: 'wrong' } });
      expect(response.status).toBe(401);
      return (await response.json()) as { detail: string };
    };
    const stranger = await refuse('who is that');
    for (let tries = 0; tries < 5; tries += 1) expect(await refuse('viewer')).toEqual(stranger);
    expect((await refuse('viewer')).detail).toMatch(/秒待って/);
    expect((await ask('GET', '/api/v1/status', { as: 'viewer' })).status).toBe(200);
  });

  it.each(['https://evil.example', 'null', 'http://localhost:1'])('S27 stay shut for the page of another site: %s', async (origin) => {
    const from = { headers: { origin }, as: 'duty' } as const;
    const answers = [
      await ask('POST', '/api/v1/session', { ...from, body: { user: 'duty', password: passwordOf('duty') } }),
      await ask('DELETE', '/api/v1/session', from),
      await ask('POST', `/api/v1/alerts/${encodeURIComponent(things['alerts']!)}/acknowledge`, from),
      await ask('GET', '/api/v1/live', from),
      await ask('GET', '/api/v1/gauges', from),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual(answers.map(() => null));
    expect((await ask('GET', '/api/v1/gauges', { as: 'duty', headers: { origin: station.httpUrl } })).status).toBe(200);
  });

  it.each([
    ['a key that nobody asked for', '{"user":"duty","password":"x","admin":true}', 400],
    ['no JSON', '{"user":', 400],
    ['a list', '[]', 400],
    ['more than 100 kB', JSON.stringify({ user: 'duty', password: 'x'.repeat(110_000) }), 413],
  ])('S19 refuse a form with %s', async (_, body, status) => {
    const response = await ask('POST', '/api/v1/session', { body });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.text()).not.toMatch(/node_modules|\.ts:|\.js:/);
  });

  it.each([
    '/api/v1/deliveries?limit=1000',
    '/api/v1/deliveries?shape=round',
    '/api/v1/transitions?cursor=-1',
    `/api/v1/gauges/${GAUGE}/readings?from=soon`,
  ])('S19 refuse a question they do not know: %s', async (path) => {
    const response = await ask('GET', path, { as: 'duty' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('S24 say of what is not there only that', async () => {
    for (const path of ['/nowhere', '/api/v1/nothing', '/api/v1/gauges/%2e%2e%2fpasswd', '/hq/assets/gone.js']) {
      const response = await ask('GET', path, { as: 'duty' });
      expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 404, 'application/problem+json; charset=utf-8']);
    }
  });

  describe('for devices', () => {
    it('keep a report, know it again, and say so both times', async () => {
      const before = { end: await station.service.adapters.log.end(), duplicates: await metric('sonae_readings_duplicates_total') };
      const report = { seq: 100, t: Date.now(), level: 4.2, batV: 3.6 };
      for (const _ of ['first', 'again']) {
        const response = await obs('ose-kawara', report);
        expect([response.status, await response.json()]).toEqual([200, { kept: true }]);
      }
      expect(await station.service.adapters.log.end()).toBe(before.end + 1);
      expect(await metric('sonae_readings_duplicates_total')).toBe(before.duplicates + 1);
    });

    it('F41 keep what cannot be read in quarantine, for staff to see', async () => {
      const response = await obs('ose-kawara', '{"level": "deep <script>alert(1)</script>"}');
      expect([response.status, await response.json()]).toEqual([200, { kept: true }]);
      const { items } = await read<{ items: { device: string; reason: string; payload: string }[] }>('/api/v1/quarantine');
      expect(items[0]).toMatchObject({ device: 'ose-kawara', reason: 'badShape', payload: '{"level": "deep <script>alert(1)</script>"}' });
    });

    it.each([
      ['no key', {}],
      ['a wrong key', { authorization: `Basic ${Buffer.from('ose-kawara:guess').toString('base64')}` }],
      ['the key of another device', null],
      ['the cookie of staff', 'cookie'],
    ])('S1 refuse %s, and keep nothing', async (_, headers) => {
      const end = await station.service.adapters.log.end();
      const given =
        headers === null ? keyOf(GAUGE) : headers === 'cookie' ? { cookie: cookies.get('admin')! } : (headers as Record<string, string>);
      const response = await obs('ose-kawara', { seq: 200, t: Date.now(), level: 9 }, given);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="sonae devices"']);
      expect(await station.service.adapters.log.end()).toBe(end);
    });

    it('S19 refuse a body of more than 64 KiB before it is read', async () => {
      const quarantined = await metric('sonae_quarantined_total');
      const response = await obs('ose-kawara', 'x'.repeat(65_537));
      expect([response.status, response.headers.get('content-type')]).toEqual([413, 'application/problem+json; charset=utf-8']);
      expect(await metric('sonae_quarantined_total')).toBe(quarantined);
      expect((await obs('ose-kawara', ' '.repeat(65_536))).status).toBe(200);
    });
  });
});

describe('the doors of HTTP behind TLS', () => {
  const publicUrl = 'https://sonae.city.example.jp';
  let station: Station;
  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    station = await Station.start({ playbook: playbook!, staff: [{ name: 'duty', role: 'duty' }], env: { SONAE_PUBLIC_URL: publicUrl } });
  });
  afterAll(() => station.stop());

  it('S11 bind the session to this host and to TLS, and take its own page for its own', async () => {
    const response = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: publicUrl },
      body: JSON.stringify({ user: 'duty', password: passwordOf('duty') }),
    });
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^__Host-sonae=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(response.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    const seen = await fetch(`${station.httpUrl}/api/v1/session`, { headers: { cookie: cookie.split(';')[0]! } });
    expect(await seen.json()).toEqual({ user: 'duty', role: 'duty', confirmedAt: expect.any(Number) });
  });
});
