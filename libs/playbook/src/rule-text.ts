import type { PlaybookFiles } from '#core';
import { isMap, isNode, isSeq, parseDocument } from 'yaml';

/** The file of a playbook that holds its rules (product §6). */
const RULES_FILE = 'playbook.yaml';

/**
 * A rule as headquarters wrote it, with its comments and without the indentation around it; null when the files hold no such rule. Old versions
 * are read as they are: what was a rule then need not be one that this program would accept.
 */
export function ruleTextOf(files: PlaybookFiles, ruleId: string): string | null {
  const bytes = files.get(RULES_FILE);
  if (!bytes) return null;
  const source = Buffer.from(bytes).toString('utf8');
  const rules = parseDocument(source, { prettyErrors: false }).get('rules');
  if (!isSeq(rules)) return null;
  const rule = rules.items.find((item) => isMap(item) && item.get('id') === ruleId);
  if (!isNode(rule) || !rule.range) return null;
  const [from, to] = rule.range;
  const lineStart = source.lastIndexOf('\n', from - 1) + 1;
  const indent = ' '.repeat(from - lineStart);
  return source
    .slice(from, to)
    .split('\n')
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n')
    .trimEnd();
}
