import { join } from 'node:path';
import ts from 'typescript';
import { LineBotClient } from '@line/bot-sdk';
import { lineMessage } from '#channels/line';
import {
  type Language,
  type Message,
  messageOf,
  type OperationStatus,
  type Rendering,
  renderOrder,
  renderTransition,
  seenData,
} from '#core';
import { LinePlatform } from '#outside/line-platform';
import { loadPlaybook } from '#playbook';
import { everyOrder, everythingTold } from '../support/everything-told.ts';

const { playbook: loaded } = await loadPlaybook(join(import.meta.dirname, '../../infra/playbooks/mihon'));
const playbook = loaded!;
const publicUrl = 'https://bousai.example.jp';

const asMessage = (words: Rendering, language: Language, status: OperationStatus): Message =>
  messageOf({ transition: { id: 't', status, decidedAt: 0 }, route: { id: 'r', expiresAfterMs: 1 }, language, ...words });

/** Every text of the sample city and every change of an order, in a language, each once. */
function messagesIn(language: Language): readonly ReturnType<typeof lineMessage>[] {
  const facts = [...everythingTold(playbook)].flatMap(({ route, transition }, i) => {
    const status = (['actual', 'exercise', 'test'] as const)[i % 3]!;
    return asMessage(renderTransition({ playbook, route, transition: { ...transition, status }, language, publicUrl }), language, status);
  });
  const orders = everyOrder(playbook).map((transition) =>
    asMessage(renderOrder({ playbook, transition, language, publicUrl }), language, transition.status),
  );
  const distinct = new Map([...facts, ...orders].map((message) => [message.subject + message.body, message]));
  return [...distinct.values()].map((message) => lineMessage(message, seenData(message)));
}

/** What the compiler says of literals as messages of LINE's published schema, from which the SDK's types are made. */
function complaints(messages: readonly unknown[]): readonly string[] {
  const file = join(import.meta.dirname, 'line-templates-rendered.ts');
  const source = `import type { messagingApi } from '@line/bot-sdk';\nexport const messages: readonly (messagingApi.TextMessage | messagingApi.FlexMessage)[] = ${JSON.stringify(messages)};\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, options.target!) : onDisk.getSourceFile(name, ...rest);
  host.fileExists = (name) => name === file || onDisk.fileExists(name);
  host.readFile = (name) => (name === file ? source : onDisk.readFile(name));
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('every template on LINE', () => {
  let platform: LinePlatform;
  let client: LineBotClient;

  beforeAll(async () => {
    platform = await LinePlatform.start({ port: 0, token: 'token', secret: 'secret', rates: { 'validate/multicast': 10_000 } });
    client = LineBotClient.fromChannelAccessToken({ channelAccessToken: 'token', apiBaseURL: platform.url });
  });
  afterAll(() => platform.stop());

  const byLanguage = new Map(playbook.city.languages.map((language) => [language, messagesIn(language)]));

  it('is text or a bubble that the published schema of message objects takes, without a field too many', () => {
    // Bubbles differ in their words only: the compiler sees one of each shape, and of each language some.
    const shapes = new Map<string, unknown>();
    for (const [language, messages] of byLanguage) {
      for (const message of messages) shapes.set(`${language} ${shapeOf(message)}`, message);
    }
    expect(shapes.size).toBeGreaterThan(8 * 10);
    expect(complaints([...shapes.values()])).toEqual([]);
  });

  it('the compiler finds a wrong layout, a field that is none, and a missing text', () => {
    const flex = byLanguage.get('ja')!.find(({ type }) => type === 'flex') as unknown as { readonly contents: object };
    const broken = [
      { ...flex, contents: { ...flex.contents, size: 'enormous' } },
      { ...flex, contents: { ...flex.contents, colour: '#AA00AA' } },
      { type: 'flex', contents: flex.contents },
    ];
    expect(broken.map((one) => complaints([one]).length > 0)).toEqual([true, true, true]);
  });

  it.each(playbook.city.languages)('is taken in %s by the platform, five at a time', async (language) => {
    const messages = byLanguage.get(language)!;
    for (let at = 0; at < messages.length; at += 5) {
      expect(await client.validateMulticast({ messages: messages.slice(at, at + 5) })).toEqual({});
    }
  });

  it.each(playbook.city.languages)(
    'keeps in %s within the limits in UTF-16 units and bytes, and says everything also where no bubble is drawn',
    (language) => {
      const wrong = byLanguage
        .get(language)!
        .filter((message) =>
          message.type === 'text'
            ? message.text.length > 5_000
            : message.type !== 'flex' || message.altText.length > 1_500 || Buffer.byteLength(JSON.stringify(message.contents)) > 30 * 1024,
        );
      expect(wrong).toEqual([]);
    },
  );
});

/** A message without its words and colours. */
const shapeOf = (message: unknown): string =>
  JSON.stringify(message, (key, value: unknown) => (['text', 'altText', 'uri', 'label', 'color'].includes(key) ? '' : value));
