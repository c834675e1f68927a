import { useEffect, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { isPlainKey } from '../situation/use-row-keys.ts';
import { useWords } from '../words/words.ts';
import { Action } from './action.tsx';

/** The list of keys, on `?`. */
export function Keys() {
  const words = useWords();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = (event: KeyboardEvent) => {
      if (event.key === '?' && isPlainKey(event)) setOpen(true);
    };
    addEventListener('keydown', show);
    return () => removeEventListener('keydown', show);
  }, []);
  const keys = [
    ['j / k', words.keyMove],
    ['Enter', words.keyOpen],
    ['a', words.keyAcknowledge],
    ['/', words.keySearch],
    ['c', words.keyChanges],
    ['?', words.keyHelp],
  ] as const;
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={setOpen}
      isDismissable
      className="fixed inset-0 z-50 flex items-center justify-center bg-black/50 p-4"
    >
      <Modal>
        <Dialog className="bg-panel text-ink rounded-8 shadow-4 w-90 max-w-full p-6">
          <Heading slot="title" className="mb-3 text-lg font-bold">
            {words.keys}
          </Heading>
          <dl className="mb-4 grid grid-cols-[80px_1fr] gap-y-2">
            {keys.map(([key, meaning]) => (
              <div key={key} className="contents">
                <dt>
                  <kbd className="border-edge rounded-4 border px-2 py-0.5">{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <Action onPress={() => setOpen(false)}>{words.close}</Action>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
