// Prints the failed suites that may be told once more, or nothing when any other suite failed too.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const RETOLD = /^test\/(acceptance|browser|data)\//;

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(process.cwd(), name));
if (failed.every((name) => RETOLD.test(name))) for (const name of failed) console.log(name);
