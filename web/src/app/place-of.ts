/** Where a thing with an id of the product is shown; null: it has no page of its own. Ids are `<kind>_<26 characters>`. */
export function placeOf(id: string): string | null {
  const kind = /^([a-z]{2,4})_[0-9A-HJKMNP-TV-Z]{26}$/.exec(id)?.[1];
  const place = kind === undefined ? undefined : PLACES[kind];
  return place === undefined ? null : `${place}/${id}`;
}

const PLACES: Readonly<Record<string, string>> = {
  iss: '/work',
  run: '/runs',
  act: '/approvals',
  cr: '/queue',
  pull: '/pulls',
  comp: '/compliance',
};
