export { globsOverlap, scopesOverlap } from '#kernel/glob-overlap.ts';
