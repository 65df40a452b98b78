/** As much of `sax` as is used here: it ships no types of its own. */
declare module 'sax' {
  interface Tag {
    name: string;
    attributes: Record<string, string>;
  }
  interface Parser {
    onerror: (error: Error) => void;
    ondoctype: (text: string) => void;
    onopentag: (tag: Tag) => void;
    onclosetag: (name: string) => void;
    ontext: (text: string) => void;
    write(chunk: string): Parser;
    close(): Parser;
  }
  const sax: { parser(strict: boolean, options: { strictEntities: boolean; position: boolean }): Parser };
  export default sax;
}
