import { useQuery } from '@tanstack/react-query';
import type { RuleScoreDto } from '#wire';
import { api } from '../api.ts';
import { dayClockTime } from '../figures.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useWords } from '../words/words.ts';

/** How the rules on trial did: what they would have told, against what the water did. */
export function RuleScores() {
  const words = useWords();
  const scores = useQuery({ queryKey: ['rule-scores'], queryFn: api.ruleScores });
  if (scores.isError) {
    return (
      <p role="alert" className="text-fault">
        {words.readFailed} <Action onPress={() => void scores.refetch()}>{words.again}</Action>
      </p>
    );
  }
  if (!scores.data || scores.data.scores.length === 0) return null;
  const { from, to } = scores.data;
  return (
    <Fold title={words.scores}>
      <p className="text-dim">{words.scoresSpan(dayClockTime(from), dayClockTime(to))}</p>
      <div className="overflow-x-auto">
        <table className="border-line w-full border-collapse text-left">
          <thead>
            <tr>
              {[words.rule, words.alarms, words.wouldTell, words.hits, words.misses, words.falseAlarms, words.leadTime].map((head) => (
                <th key={head} scope="col" className="border-line border-b p-1">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scores.data.scores.map((score) => (
              <Row key={score.rule} score={score} />
            ))}
          </tbody>
        </table>
      </div>
    </Fold>
  );
}

function Row({ score: { rule, name, alarms, routes, hits, misses, falseAlarms, leadTimeMin } }: { readonly score: RuleScoreDto }) {
  const told = routes.map(({ route, changes }) => `${route} ${changes}`).join(', ');
  const cells = [`${alarms}`, told === '' ? '－' : told, figureOf(hits), figureOf(misses), figureOf(falseAlarms), figureOf(leadTimeMin)];
  return (
    <tr>
      <th scope="row" className="border-line border-b p-1 font-normal">
        {name} <span className="text-dim">{rule}</span>
      </th>
      {cells.map((cell, column) => (
        // oxlint-disable-next-line react/no-array-index-key -- the columns of a table keep their places
        <td key={column} className="border-line border-b p-1 tabular-nums">
          {cell}
        </td>
      ))}
    </tr>
  );
}

const figureOf = (value: number | null): string => (value === null ? '－' : `${Math.round(value)}`);
