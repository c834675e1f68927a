import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderCopyDto } from '#wire';
import { api } from '../api.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useWords } from '../words/words.ts';

type Text = Extract<OrderCopyDto['portal'], { readonly title: string }>;

/** Texts for screens that this service does not reach, prepared within their limits, with what had to be left out. */
export function OrderCopy({ id, revision }: { readonly id: string; readonly revision: string }) {
  const words = useWords();
  const copy = useQuery({ queryKey: ['order-copy', id, revision], queryFn: () => api.orderCopy(id) });
  if (!copy.data) return null;
  const { areaMail, hub, portal, governorReport, publicNotice } = copy.data;
  return (
    <Fold title={words.copyTexts}>
      <div className="flex flex-col gap-3">
        {'refused' in areaMail ? (
          <p className="text-warn">{areaMail.refused}</p>
        ) : (
          <>
            <Prepared name={`${words.areaMail} 200`} text={areaMail.short} />
            <Prepared name={`${words.areaMail} 500`} text={areaMail.long} />
          </>
        )}
        {'refused' in portal ? <p className="text-warn">{portal.refused}</p> : <Prepared name="Yahoo!防災速報" text={portal} />}
        <Copied name={`${words.hub} ${hub.documentId} rev. ${hub.documentRevision}`} text={JSON.stringify(hub, null, 2)} />
        {governorReport !== null && <Copied name={words.governor} text={governorReport} />}
        {publicNotice !== null && <Copied name={words.noticeText} text={publicNotice} />}
      </div>
    </Fold>
  );
}

function Prepared({ name, text: { title, body, cut } }: { readonly name: string; readonly text: Text }) {
  return (
    <div>
      <Copied name={name} text={`${title}\n${body}`} />
      {cut.map((what) => (
        <p key={what} className="text-warn text-[13px]">
          {what}
        </p>
      ))}
    </div>
  );
}

function Copied({ name, text }: { readonly name: string; readonly text: string }) {
  const words = useWords();
  const [done, setDone] = useState(false);
  return (
    <section>
      <h4 className="flex flex-wrap items-center gap-2">
        {name}
        {/* A page over plain HTTP may not touch the clipboard; then the text is marked and copied by hand. */}
        {'clipboard' in navigator && (
          <Action look="text" onPress={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}>
            {words.copyIt}
          </Action>
        )}
        <output>{done && words.copied}</output>
      </h4>
      <pre className="bg-raised border-edge border-l-4 p-2 font-sans wrap-anywhere whitespace-pre-wrap">{text}</pre>
    </section>
  );
}
