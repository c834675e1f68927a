export * from './vigil-stage.ts';
