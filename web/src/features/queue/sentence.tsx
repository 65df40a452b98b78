import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { Untrusted } from '../../ui/untrusted.tsx';

const ID = /(cr_[0-9A-HJKMNP-TV-Z]{26})/;

/** What of other change requests a sentence may name by their titles. */
export type Titles = ReadonlyMap<string, string>;

/** A sentence of the server in which ids of change requests are links that say what they are. */
export function Sentence({ text, titles }: { text: string; titles: Titles }) {
  return (
    <>
      {text.split(ID).map((part, at) => (
        <Fragment key={at}>{ID.test(part) ? <EntryLink id={part} title={titles.get(part)} /> : <Untrusted text={part} inline />}</Fragment>
      ))}
    </>
  );
}

/** A link to a change request by its title; by the end of its id where the title is not known here. */
export function EntryLink({ id, title }: { id: string; title?: string | undefined }) {
  const words = title === undefined || title === '' ? `…${id.slice(-6)}` : title.length > 48 ? `${title.slice(0, 47)}…` : title;
  return (
    <Link to="/queue/$id" params={{ id }} className="inline-block min-h-6 leading-6 text-accent hover:underline" title={title ?? id}>
      <Untrusted text={words} inline />
    </Link>
  );
}

/** First line of a text. */
export const firstLine = (text: string): string => text.split('\n')[0] ?? '';
