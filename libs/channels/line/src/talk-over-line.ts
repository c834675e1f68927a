import { HTTPFetchError } from '@line/bot-sdk';
import type { messagingApi } from '@line/bot-sdk';
import { TalkLine } from '#core';
import type { Outcome, TalkChoice, TalkMessage, TalkReply } from '#core';
import { LineApi, LineUnreached } from './line-api.ts';
import type { LineApiSettings } from './line-api.ts';
import { outcomeOfAnswer, outcomeOfFailure } from './line-outcome.ts';
import type { LineAnswer } from './line-outcome.ts';

/** A greeting waits for the profile no longer than this: the wrong language is a tap away, silence is not. */
const PROFILE_MS = 2_000;

/** Answers of the account over the Messaging API (D§3.1): by reply token, or as a push under a retry key. */
export class TalkOverLine extends TalkLine {
  readonly #api: LineApi;
  readonly #profiles: LineApi;

  constructor(settings: LineApiSettings) {
    super();
    this.#api = new LineApi(settings);
    this.#profiles = new LineApi({ ...settings, attemptMs: PROFILE_MS });
  }

  reply(token: string, reply: TalkReply): Promise<Outcome> {
    return this.#outcome((client) => client.replyMessageWithHttpInfo({ replyToken: token, messages: messagesOf(reply) }));
  }

  push(person: string, reply: TalkReply, retryKey: string): Promise<Outcome> {
    return this.#outcome((client) => client.pushMessageWithHttpInfo({ to: person, messages: messagesOf(reply) }, retryKey));
  }

  async language(person: string): Promise<string | null> {
    try {
      // The SDK hands on whatever it was answered.
      const profile = (await this.#profiles.call((client) => client.getProfile(person))) as { readonly language?: unknown } | null;
      return typeof profile?.language === 'string' ? profile.language : null;
    } catch (error) {
      if (error instanceof HTTPFetchError || error instanceof LineUnreached) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#api.close(), this.#profiles.close()]);
  }

  async #outcome(ask: Parameters<LineApi['call']>[0]): Promise<Outcome> {
    try {
      return outcomeOfAnswer((await this.#api.call(ask)) as LineAnswer);
    } catch (error) {
      if (error instanceof HTTPFetchError || error instanceof LineUnreached) return outcomeOfFailure(error);
      throw error;
    }
  }
}

/** The messages of an answer as LINE takes them; its buttons hang on the last one. */
export function messagesOf({ messages, choices }: TalkReply): messagingApi.Message[] {
  const quickReply = choices.length === 0 ? undefined : { items: choices.map((choice) => ({ type: 'action', action: actionOf(choice) })) };
  return messages.map((message, index) => {
    const last = index === messages.length - 1 && quickReply;
    return { ...messageOf(message), ...(last && { quickReply }) };
  });
}

const messageOf = (message: TalkMessage): messagingApi.Message =>
  message.kind === 'text'
    ? { type: 'text', text: message.text }
    : { type: 'location', title: message.title, address: message.address, latitude: message.place.lat, longitude: message.place.lon };

/** What was tapped stands in the talk as if it were typed, so that people can read back what they chose. */
const actionOf = (choice: TalkChoice): messagingApi.Action =>
  choice.kind === 'place'
    ? { type: 'location', label: choice.label }
    : { type: 'postback', label: choice.label, data: choice.data, displayText: choice.label };
