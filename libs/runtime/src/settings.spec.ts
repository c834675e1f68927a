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
