import type { ChannelName, TransitionId } from '#core';

/** What the stage tells to whoever logs and pages. Reasons are for people. */
export type DispatchEvent =
  /** The stage waits and repeats; nothing is lost meanwhile. */
  | { readonly kind: 'trouble'; readonly why: string }
  | { readonly kind: 'recovered' }
  /** Another process took over; this one has stopped. */
  | { readonly kind: 'fenced'; readonly why: string }
  | { readonly kind: 'channelClosed'; readonly channel: ChannelName; readonly why: string }
  | { readonly kind: 'channelOpened'; readonly channel: ChannelName }
  /** A route names a channel that this process has no adapter for: nobody was planned there. */
  | { readonly kind: 'channelMissing'; readonly channel: ChannelName; readonly transitionId: TransitionId; readonly routeId: string }
  /** The wording failed: nobody was planned for this route and language. */
  | {
      readonly kind: 'unworded';
      readonly transitionId: TransitionId;
      readonly routeId: string;
      readonly language: string;
      readonly why: string;
    }
  /** The Japanese text was taken, because the language has none (D§8). */
  | { readonly kind: 'untranslated'; readonly messageId: string }
  /** The playbook no longer knows the rule or the gauge: nobody was planned. */
  | { readonly kind: 'unknownToPlaybook'; readonly transitionId: TransitionId; readonly why: string }
  /** A fault of this program: whoever was not planned before it hears nothing of this transition. */
  | { readonly kind: 'unplannable'; readonly transitionId: TransitionId; readonly why: string }
  /** Waits for a person. */
  | { readonly kind: 'dead'; readonly deliveryId: string; readonly why: string }
  /** Words of a status that the channel is not made for: a fault of this program, stopped at the last door (F67). */
  | { readonly kind: 'foreign'; readonly channel: ChannelName; readonly deliveryId: string; readonly why: string }
  /** The channel will never take these words. */
  | { readonly kind: 'messageRefused'; readonly channel: ChannelName; readonly deliveryId: string; readonly why: string };
