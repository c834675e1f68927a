export * from './heartbeat-stage.ts';
export { LiveChannel } from './live-channel.ts';
