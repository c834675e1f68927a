import { useQuery } from '@tanstack/react-query';
import type { ResidentReportDto } from '#wire';
import { api } from '../api.ts';
import { figure } from '../figures.ts';
import { usePicture } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { mapFrame, type Spot } from './map-frame.ts';

const WIDTH = 480;
const KILOMETRE = 1_000;

/**
 * Where gauges, shelters and reports are, drawn from the city's own data: no tiles, no network. The list beside it says the same in words; here one
 * sees what lies near what.
 */
export function ReportMap({ reports }: { readonly reports: readonly ResidentReportDto[] }) {
  const words = useWords();
  const { gauges } = usePicture();
  const shelters = useQuery({ queryKey: ['shelters'], queryFn: api.shelters });
  const rivers = [...gauges.values()].flatMap(({ id, name, kind, lat, lon }) =>
    (kind === 'river' || kind === 'road') && lat !== null && lon !== null ? [{ id, name, lat, lon }] : [],
  );
  const houses = shelters.data ?? [];
  const told = reports.flatMap(({ place, ...report }) => (place && report.state !== 'closed' ? [{ ...report, ...place }] : []));
  const frame = mapFrame([...rivers, ...houses, ...told] satisfies readonly Spot[], WIDTH);
  if (!frame) return <p className="text-dim">{words.mapNothing}</p>;
  const { width, height, point, scale } = frame;
  const length = scale.metres < KILOMETRE ? `${scale.metres} m` : `${figure(scale.metres / KILOMETRE, '')} km`;
  return (
    <figure className="min-w-0">
      <p className="sr-only">{words.mapSentence(rivers.length, houses.length, told.length)}</p>
      <svg aria-hidden="true" viewBox={`0 0 ${width} ${Math.ceil(height)}`} className="border-line bg-raised max-h-[70dvh] w-full border">
        {rivers.map(({ id, name, ...spot }) => {
          const { x, y } = point(spot);
          return (
            <g key={id} data-mark="gauge" fill="var(--dim)">
              <path d={`M${x} ${y - 5}l5 9h-10z`} fill="none" stroke="var(--dim)" strokeWidth="1.5" />
              <text x={x + 8} y={y + 4} fontSize="9">
                {name}
              </text>
            </g>
          );
        })}
        {houses.map(({ id, name, opening, ...spot }) => {
          const { x, y } = point(spot);
          return (
            <g key={id} data-mark="shelter" fill="var(--ink)">
              <path
                d={`M${x - 5} ${y + 5}v-6l5-5 5 5v6z`}
                fill={opening?.state === 'open' ? 'var(--ink)' : 'var(--panel)'}
                stroke="var(--ink)"
                strokeWidth="1.5"
              />
              <text x={x + 8} y={y + 4} fontSize="9">
                {name}
              </text>
            </g>
          );
        })}
        {told.map(({ id, number, kind, ...spot }) => {
          const { x, y } = point(spot);
          const isHelp = kind === 'needHelp';
          return (
            <g key={id} data-mark="report">
              <circle
                cx={x}
                cy={y}
                r="9"
                fill={isHelp ? 'var(--grave)' : 'var(--panel)'}
                stroke={isHelp ? 'var(--grave)' : 'var(--ink)'}
                strokeWidth="2"
              />
              <text x={x} y={y + 3.5} fontSize="10" fontWeight="700" textAnchor="middle" fill={isHelp ? 'var(--on-grave)' : 'var(--ink)'}>
                {number}
              </text>
            </g>
          );
        })}
        <g stroke="var(--dim)" fill="var(--dim)">
          <path d={`M10 ${height - 10}v-4m0 4h${scale.length}v-4`} fill="none" strokeWidth="1.5" />
          <text x="14" y={height - 14} fontSize="9" stroke="none">
            {length}
          </text>
          <path d={`M${width - 14} 22v-14l-3 5m3-5l3 5`} fill="none" strokeWidth="1.5" />
          <text x={width - 14} y="32" fontSize="9" stroke="none" textAnchor="middle">
            {words.mapNorth}
          </text>
        </g>
      </svg>
      <figcaption className="text-dim text-[13px]">{words.mapLegend}</figcaption>
    </figure>
  );
}
