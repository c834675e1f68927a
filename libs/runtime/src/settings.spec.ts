import { readSettings } from './settings.ts';

const PLAYBOOK = { SONAE_PLAYBOOK: 'infra/playbooks/mihon' };
const INFLUX = {
  SONAE_INFLUX_URL: 'https://influx.city.example.jp:8086',
  SONAE_INFLUX_TOKEN: 'k3y-of-the-bucket',
  SONAE_INFLUX_ORG: 'bosai',
  SONAE_INFLUX_BUCKET: 'sonae',
};

describe('the settings of the history', () => {
  it('are none by default, and the data folder keeps it', () => {
    expect(readSettings(PLAYBOOK)).toMatchObject({ settings: { influx: null } });
  });

  it('name a bucket of InfluxDB', () => {
    const influx = { url: 'https://influx.city.example.jp:8086', token: 'k3y-of-the-bucket', org: 'bosai', bucket: 'sonae' };
    expect(readSettings({ ...PLAYBOOK, ...INFLUX })).toMatchObject({ settings: { influx } });
  });

  it.each(Object.keys(INFLUX))('are incomplete without %s', (name) => {
    const problem = expect.stringMatching(/^SONAE_INFLUX_URL.*SONAE_INFLUX_BUCKET belong together: set all or none$/);
    expect(readSettings({ ...PLAYBOOK, ...INFLUX, [name]: '' })).toEqual({ problems: [problem] });
  });

  it('refuse an address of another kind and an example for a token, without telling the token', () => {
    const read = readSettings({ ...PLAYBOOK, ...INFLUX, SONAE_INFLUX_URL: 'influx:8086', SONAE_INFLUX_TOKEN: 'changeme' });
    expect(read).toEqual({
      problems: [
        'SONAE_INFLUX_URL must be the URL of InfluxDB, beginning with http:// or https://',
        'SONAE_INFLUX_TOKEN is an example value; set a token that may read and write the bucket',
      ],
    });
  });
});

describe('the settings of mail', () => {
  const MAIL = { ...PLAYBOOK, SONAE_SMTP_URL: 'smtp://relay.city.example.jp:587', SONAE_MAIL_FROM: '備え市 <bosai@city.example.jp>' };
  const mailOf = (env: Readonly<Record<string, string>>) => {
    const read = readSettings({ ...MAIL, ...env });
    return 'settings' in read ? read.settings.mail : read.problems;
  };

  it('take bounces and empty mails at the domain of the sender, and hear none without a port', () => {
    expect(mailOf({})).toEqual({
      smtpUrl: 'smtp://relay.city.example.jp:587',
      from: '備え市 <bosai@city.example.jp>',
      ca: null,
      dkim: null,
      domain: 'city.example.jp',
      entryAddress: 'entry@city.example.jp',
      inbound: null,
    });
  });

  it('open a door on this machine only, unless told otherwise, for a domain and an entry of its own', () => {
    expect(
      mailOf({ SONAE_MAIL_INBOUND_PORT: '25', SONAE_MAIL_INBOUND_DOMAIN: 'mail.city.example.jp', SONAE_MAIL_ENTRY: 'touroku' }),
    ).toMatchObject({
      domain: 'mail.city.example.jp',
      entryAddress: 'touroku@mail.city.example.jp',
      inbound: { port: 25, host: '127.0.0.1' },
    });
    expect(mailOf({ SONAE_MAIL_INBOUND_PORT: '25', SONAE_MAIL_INBOUND_HOST: '0.0.0.0' })).toMatchObject({ inbound: { host: '0.0.0.0' } });
  });

  it('sign with a key only when it is known where its public half is', () => {
    const dkim = { SONAE_DKIM_KEY: '/keys/dkim.pem', SONAE_DKIM_DOMAIN: 'city.example.jp', SONAE_DKIM_SELECTOR: 's1' };
    expect(mailOf(dkim)).toMatchObject({ dkim: { key: expect.stringMatching(/dkim\.pem$/), domain: 'city.example.jp', selector: 's1' } });
    expect(mailOf({ ...dkim, SONAE_DKIM_SELECTOR: '' })).toEqual([
      'SONAE_DKIM_KEY and SONAE_DKIM_DOMAIN and SONAE_DKIM_SELECTOR belong together: set all or none',
    ]);
  });

  it.each([
    [{ SONAE_MAIL_FROM: '備え市 <bosai>' }, /^SONAE_MAIL_FROM must be a mail address/],
    [{ SONAE_MAIL_FROM: 'a@b.jp\r\nBcc: e@x.jp' }, /^SONAE_MAIL_FROM must be a mail address/],
    [{ SONAE_MAIL_ENTRY: 'b-ounce' }, /^SONAE_MAIL_ENTRY must not begin with b-/],
    [{ SONAE_MAIL_ENTRY: 'a b' }, /^SONAE_MAIL_ENTRY must be what stands before the @/],
    [{ SONAE_MAIL_INBOUND_DOMAIN: 'City.Example.JP' }, /^SONAE_MAIL_INBOUND_DOMAIN must be a mail domain/],
    [{ SONAE_MAIL_INBOUND_PORT: '70000' }, /^SONAE_MAIL_INBOUND_PORT must be a port/],
  ])('refuse %j', (env, problem) => {
    expect(mailOf(env)).toEqual([expect.stringMatching(problem)]);
  });

  it('are of no use without a relay, and say so', () => {
    expect(readSettings({ ...PLAYBOOK, SONAE_MAIL_INBOUND_PORT: '25' })).toEqual({
      problems: ['SONAE_MAIL_INBOUND_PORT is of no use without SONAE_SMTP_URL: set the relay as well'],
    });
  });
});

describe('the token of the metrics', () => {
  it('is none by default', () => {
    expect(readSettings(PLAYBOOK)).toMatchObject({ settings: { metricsToken: null } });
  });

  it('is refused when it can be guessed, without being told', () => {
    expect(readSettings({ ...PLAYBOOK, SONAE_METRICS_TOKEN: 'prometheus' })).toEqual({
      problems: ['SONAE_METRICS_TOKEN must have at least 16 characters'],
    });
    expect(readSettings({ ...PLAYBOOK, SONAE_METRICS_TOKEN: 'r7Kq-2mXw-9tBz-4v' })).toMatchObject({
      settings: { metricsToken: 'r7Kq-2mXw-9tBz-4v' },
    });
  });
});
