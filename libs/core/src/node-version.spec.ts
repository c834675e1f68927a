import { nodeObjection } from './node-version.ts';

describe('nodeObjection', () => {
  it.each(['26.0.0', '26.10.0', '27.1.2', '100.0.0'])('has nothing against Node %s', (version) => {
    expect(nodeObjection(version)).toBeNull();
  });

  it.each(['25.9.0', '9.26.0', '22.12.0'])('says of Node %s what is needed and how to get it', (version) => {
    expect(nodeObjection(version)).toContain(`needs Node 26 and this is ${version}. Start it with npm`);
  });

  it('asks the Node that runs it', () => {
    expect(nodeObjection()).toBe(nodeObjection(process.versions.node));
  });
});
