/** The databases that the statements are written for. */
export type Flavour = 'sqlite' | 'postgres';
