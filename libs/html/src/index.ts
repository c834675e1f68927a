export * from './html.ts';
export * from './language-links.ts';
