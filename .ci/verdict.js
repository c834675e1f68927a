// The closing line: what passed and failed, where a suite that was told once more counts as it ended then.
import { readFileSync, statSync } from 'node:fs';

const read = (file) => (statSync(file).size > 0 ? JSON.parse(readFileSync(file, 'utf8')).testResults : []);
const suites = new Map();
for (const file of process.argv.slice(2)) for (const suite of read(file)) suites.set(suite.name, suite);

let passed = 0;
let failed = 0;
for (const { status, assertionResults } of suites.values()) {
  const broken = assertionResults.filter((test) => test.status === 'failed').length;
  passed += assertionResults.filter((test) => test.status === 'passed').length;
  failed += status === 'failed' ? Math.max(1, broken) : 0;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
