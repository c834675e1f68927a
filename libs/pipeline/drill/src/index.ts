export * from './announcer.ts';
export * from './drill-audience.ts';
export * from './exercise-channel.ts';
export * from './exercise-directory.ts';
export * from './script-player.ts';
