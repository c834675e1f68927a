import type { DeliveryDto, StatusDto } from '#wire';
import { api } from '../api.ts';
import { usePicture } from '../live/use-live.ts';
import { mayAcknowledge, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { useTones } from './use-tones.ts';

const CHANNELS: Readonly<Record<DeliveryDto['channel'], true>> = {
  line: true,
  email: true,
  'disaster-mail': true,
  webhook: true,
  relay: true,
};

/** The stages that are channels to people. */
export const channelStages = (status: StatusDto | null): StatusDto['stages'] => status?.stages.filter(({ name }) => name in CHANNELS) ?? [];

/** When no channel works any more, the page sounds and says what is left: telephones (F63). */
export function NoWayOut() {
  const words = useWords();
  const session = useSession();
  const { status } = usePicture();
  const channels = channelStages(status);
  const isShut = channels.length > 0 && channels.every(({ state }) => state === 'degraded');
  useTones(isShut);
  return (
    <div role="alert">
      {isShut && (
        <div className="border-fault bg-panel text-ink border-y-4 px-3 py-2">
          <p className="text-fault text-lg font-bold">
            <span aria-hidden="true">▲ </span>
            {words.allDown}
          </p>
          <p>
            {words.allDownWhat}{' '}
            {mayAcknowledge(session) && (
              <a
                href={api.callList}
                target="_blank"
                rel="noreferrer"
                className="text-action inline-flex min-h-10 items-center font-bold underline"
              >
                {words.toCallList}
              </a>
            )}
          </p>
        </div>
      )}
    </div>
  );
}
