import { site } from '../site.ts';
import { useWords } from '../words/words.ts';

const CORNERS = [
  'top-0 left-0 rounded-br-4',
  'top-0 right-0 rounded-bl-4',
  'bottom-0 left-0 rounded-tr-4',
  'bottom-0 right-0 rounded-tl-4',
];

/**
 * The frame around every screen of a drill, from the sign-in on, with the word in every corner: whoever looks at any part of it sees where they
 * are. Those who listen hear it in the page's title and in the status line.
 */
export function DrillFrame() {
  const words = useWords();
  if (site === '') return null;
  return (
    <div aria-hidden="true" data-drill-frame="" className="border-drill pointer-events-none fixed inset-0 z-50 border-4">
      {CORNERS.map((corner) => (
        <span key={corner} className={`bg-drill text-on-drill absolute px-1.5 text-[13px] font-bold ${corner}`}>
          {words.operation('exercise')}
        </span>
      ))}
    </div>
  );
}
