export { nearestName } from '#kernel/nearest-name.ts';
