export * from './heartbeat-stage.ts';
