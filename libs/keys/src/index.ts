export { addGeneration, generationsIn, openKeyFile } from './key-file.ts';
export { freshSecrets, KeyRing } from './key-ring.ts';
